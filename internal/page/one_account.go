package page

import "net/http"

// oneAccount settles which account a page is about that can only be about one: the one that
// is looked at, or the only one there is. ok is false where there is still one to be chosen,
// and a page that asks for it was sent.
func (v *visit) oneAccount(title, path string) (ok bool, err error) {
	if v.account == "" {
		self, err := v.who()
		if err != nil {
			return false, err
		}
		if len(self.Accounts) != 1 {
			view := whichAccountView{Title: title, Path: path}
			for _, a := range self.Accounts {
				view.Accounts = append(view.Accounts, a.Name)
			}
			return false, v.render(http.StatusOK, "which_account", title, view)
		}
		v.account = self.Accounts[0].Name
	}
	v.about = v.account
	return true, nil
}

// whichAccountView lets one choose the account that a page is to be about.
type whichAccountView struct {
	Title, Path string
	Accounts    []string
}
