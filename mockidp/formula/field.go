package formula

import "strings"

// objects are the objects whose fields a formula of a custom attribute may name.
var objects = []string{"$User", "$Profile", "$UserRole", "$Organization"}

// knownObject reports whether a name, with its $, is one of the objects.
func knownObject(name string) bool {
	for _, o := range objects {
		if strings.EqualFold(o, name) {
			return true
		}
	}
	return false
}
