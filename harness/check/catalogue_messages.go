package check

import "slices"

// messageChecks judge the messages of a login, in the order in which they are
// exchanged and read.
var messageChecks = slices.Concat(
	requestChecks, bindingChecks,
	xmlChecks, responseChecks, encryptionChecks, signatureChecks,
	assertionChecks, subjectChecks, conditionsChecks, authenticationChecks, attributesChecks,
)

// peerChecks judge what is no part of a login: metadata, and logout.
var peerChecks = slices.Concat(metadataChecks, logoutChecks)
