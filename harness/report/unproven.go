package report

import "github.com/samlproof/samlproof/harness/check"

// Unproven is what a report does not prove even where every check passes, one sentence
// each. It depends on who made the logins and on the rules that they were held to.
func (r *Report) Unproven() []string {
	if len(r.Metadata) > 0 && len(r.Logins) == 0 {
		list := []string{
			"that the endpoints answer, and do what they are published for: nothing was fetched.",
			"that the published keys are the ones in use: metadata/certificate-match compares them where a certificate is known.",
			"that the private keys are secret and no certificate is revoked.",
		}
		if r.At.IsZero() {
			return append(list, "that the metadata is in force: the time is unknown.")
		}
		return append(list, "that it holds at another time: metadata and certificates end.")
	}
	list := []string{
		"that another login would do: only the messages at hand were judged.",
		"that a message is used only once: only the service provider can remember that.",
		"that the private keys are secret and no certificate is revoked.",
	}
	if r.Replayed {
		list = []string{
			"that the consoles hold what these settings say: nothing was fetched from them.",
			"that Salesforce and Flex behave as the mocks do; what is inferred about them is marked so.",
			"that Salesforce holds the certificate's private key: the mocks signed with a stand-in.",
			"that real users have the fields, profiles and permission sets given here.",
		}
	}
	if r.Probed {
		side := "Flex"
		if r.Profile != check.Flex {
			side = "the service provider"
		}
		list = []string{
			"that a login succeeds: nobody logged in, and no response was seen.",
			"that " + side + " holds the certificate and the issuer that these settings say: its console was not read.",
			"that what was seen from here is what users see: networks, proxies and DNS differ.",
		}
	} else {
		list = append(list, "that networks, DNS, TLS and the servers' clocks let a real login through.")
	}
	if r.Profile == check.Flex {
		list = append(list,
			"that Salesforce lets the user in: password, multi-factor login, IP ranges, session policies.",
			"that Flex serves the user after the login: workers, task queues, licences.",
		)
	} else {
		list = append(list, "that the user is who the identity provider says.")
	}
	if r.At.IsZero() {
		return append(list, "that the messages were in time: the clock at the login is unknown.")
	}
	return append(list, "that it holds at another time: certificates and messages expire.")
}
