// Package child runs programs that mustn't outlive this one: the private
// Asterisk, what installs it, and callbackd in the lab.
//
//	p, err := child.Start(exec.Command("asterisk", "-f"))
//	…
//	defer p.Kill()
//	…
//	err = p.Stop(ctx) // asks first
//
// Whoever starts a child ends it. If this program dies before it does, however
// it dies, the kernel kills the child (on Linux). A child has a process group
// of its own, so that Ctrl-C in a terminal doesn't reach it: several of them
// are ended in the right order.
package child
