// Package lab is a small telephone world on loopback, for the demonstration
// and for the tests on a real Asterisk:
//
//	customers' phones        PBX                     agents' phones
//	Network ──trunk pstn──── Asterisk ──SIP accounts── Agents["alice"], …
//	                             │ ARI
//	                         callbackd, a process of its own
//
//	l, err := lab.Start(ctx, lab.Config{
//		Agents:    []string{"alice"},
//		Callbackd: func(file string) *exec.Cmd { return exec.Command("bin/callbackd", "serve", "--config", file) },
//	})
//	…
//	defer l.Close()
//	err = l.StartCallbackd(ctx)
//
//	in, err := l.CustomerCalls(ctx, "+46701234567")    // a customer calls,
//	…
//	err = in.Hangup()                                  // and gives up
//	tasks, err := l.AwaitTasks(ctx, "a task", func(t []httpapi.Task) bool { return len(t) == 1 })
//	ringing, err := l.Agents["alice"].Incoming(ctx)    // the agent first,
//	…
//	out, err := l.CustomersPhone(ctx, "+46701234567")  // then the customer
//
// The whole telephone network is one softphone at the far end of the trunk: it
// places calls from any number and takes calls to any number, and
// [Lab.CustomersPhone] tells them apart. Customers speak at [CustomersVoice],
// each agent at a frequency of their own, so that every call and every
// recording tells who was heard.
//
// callbackd runs as a user would run it: with a callbackd.yaml that names
// Asterisk's logs, a rules file and a sound library in [Lab.Dir], the password of
// ARI in its environment, and its log in callbackd.log, the end of which is part of
// every error that callbackd may have caused. It can be killed and started again at
// any time.
//
// Who ends what: [Lab.Close] ends every process and every phone. If the program
// dies without it, the kernel kills Asterisk and callbackd with it (on Linux);
// temporary folders are left then.
package lab
