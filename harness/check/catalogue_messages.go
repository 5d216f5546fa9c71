package check

import "slices"

// messageChecks judge the messages of a login, in the order in which they are
// exchanged and read.
var messageChecks = slices.Concat(
	requestChecks, bindingChecks,
	xmlChecks, responseChecks, encryptionChecks, signatureChecks,
	assertionChecks, subjectChecks, conditionsChecks, authenticationChecks, attributesChecks,
)
