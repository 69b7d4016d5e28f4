package callback

// offerSounds and appointmentSounds are what callers may hear who are offered a callback,
// and who make an appointment.
var (
	numberSounds      = []string{SoundOfferNumber, SoundOfferConfirm, SoundEnterNumber, SoundNotCallable, SoundNotUnderstood}
	offerSounds       = []string{SoundOffer, SoundOfferAccepted, SoundOfferRefused, SoundOfferKnown}
	appointmentSounds = []string{
		SoundAppointmentFirst, SoundAppointmentChoose, SoundAppointmentBooked, SoundAppointmentTaken, SoundAppointmentNone,
		SoundAppointmentRefused, SoundAppointmentIdentification, SoundAppointmentYours, SoundAppointmentChange,
		SoundAppointmentKept, SoundAppointmentCancelled,
	}
)

// MenuSounds lists the sounds of the library that callers may hear in the account's menus.
// Whoever keeps sounds ready knows by it which; Asterisk's own aren't among them.
func (a *Account) MenuSounds() (list []string) {
	if a.Requests != nil {
		list = append(list, offerSounds...)
	}
	if len(a.Appointments) > 0 {
		list = append(list, appointmentSounds...)
	}
	for _, id := range sortedKeys(a.Appointments) {
		if who := a.Appointments[id].Identification; who != nil && who.Prompt != "" {
			list = append(list, who.Prompt)
		}
	}
	if len(list) > 0 {
		list = append(list, numberSounds...)
	}
	return list
}
