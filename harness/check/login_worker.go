package check

// LoginSecondWorker warns of a person who becomes two workers in Flex.
var LoginSecondWorker = &Check{
	ID:       "login/second-worker",
	Title:    "The login makes no second worker of one person",
	Severity: Warning,
	Basis:    Vendor,
	Profile:  Flex,
	Sources:  []string{pageSSO},
	Since:    "0.1",
	Text: `Flex knows a person by NameID alone: another one is another user, with a TaskRouter worker of his own, who is billed. The old worker keeps the history and the skills, and calls go to somebody who never logs in.
A service provider that remembers earlier logins can tell: two workers with one e-mail address, or with one contact_uri, to which calls reach either. How contact_uri is made is inferred from a public example.`,
	Fix:     mend("salesforce.connected_app.subject_type", "Keep Subject Type and what it reads as they were at the person's first login; where they must change, delete the old worker in TaskRouter."),
	Follows: []string{"settings/subject-type", "settings/name-id-format", "settings/user-unique"},
	Run: func(c *Case) Outcome {
		switch {
		case c.Exchange == nil:
			return skip("there is no login to judge")
		case c.Exchange.Verdict == nil:
			return skip("the service provider was not asked")
		case !c.Exchange.Verdict.Accepted:
			return skip("nobody was logged in")
		case c.Exchange.Verdict.Warning == "":
			return pass()
		}
		v := c.Exchange.Verdict
		return fails(Finding{At: "the service provider's answer", Got: v.Subject, Want: "the NameID that the person had before", Note: v.Warning})
	},
}
