package report

import "github.com/samlproof/samlproof/harness/check"

// Unproven is what a report does not prove even where every check passes, one sentence
// each. It depends on who made the logins and on the rules that they were held to.
func (r *Report) Unproven() []string {
	var list []string
	if r.Replayed {
		list = append(list,
			"that the consoles hold what these settings say: nothing was fetched from Salesforce or Twilio.",
			"that both vendors behave as the mocks do: no message left this machine, and what is inferred about them is marked so.",
			"that Salesforce holds the private key of the certificate: the mocks signed with a stand-in key of the same kind.",
			"that real users have the fields, profiles and permission sets given here.",
		)
	} else {
		list = append(list,
			"that another login would do: this is a judgement of the messages at hand.",
			"that a message was used only once: only a service provider can remember that.",
			"that the private keys are secret, or that no certificate was revoked.",
		)
	}
	list = append(list, "that networks, proxies, DNS, TLS and the servers' clocks let a real login through.")
	if r.Profile == check.Flex {
		list = append(list,
			"that Salesforce lets the user in: passwords, multi-factor login, IP ranges and session policies are not looked at.",
			"what Flex does after the login: workers, task queues and licences are not looked at.",
		)
	} else {
		list = append(list,
			"that the user is who the identity provider says, or may do what the service provider allows.")
	}
	if r.At.IsZero() {
		list = append(list, "that the times fit: the clock at the login is unknown.")
	} else {
		list = append(list, "that it holds at another time: certificates and messages expire.")
	}
	return list
}
