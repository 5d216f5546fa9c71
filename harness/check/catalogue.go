package check

import "slices"

//go:generate go run ./gen

// All is every check, in the order in which a login unfolds.
var All = slices.Concat(settingsChecks, messageChecks, loginChecks, peerChecks)

// loginChecks judge what became of the login as a whole.
var loginChecks = []*Check{
	LoginUnreachable, LoginIdentityProviderRefused, LoginInterrupted, LoginAccepted, LoginSecondWorker, LoginCookieGrace, LoginCookies, LoginClocks, LoginMetadataValid,
}
