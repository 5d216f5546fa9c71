package importer

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// mostUsers bounds a list of users.
const mostUsers = 1000

// A column is one cell of a list of users: the API name of a field, and its value.
type column struct{ name, value string }

// takeTable reads users as reports and data exports list them: CSV whose first line has
// the API names of the fields.
func (a *artefacts) takeTable(path string, data []byte, named bool) error {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if err != nil || !slices.ContainsFunc(head, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), "Username") }) {
		if named {
			return refuse(settings.Place{File: path, Line: 1, Column: 1}, "the first line has the API names of fields, as Username,FirstName,LastName,Profile.Name", "is no list of users")
		}
		return nil
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		var broken *csv.ParseError
		switch {
		case errors.As(err, &broken):
			return refuse(settings.Place{File: path, Line: broken.Line, Column: broken.Column}, "", "this CSV cannot be read: %s", broken.Err)
		case err != nil:
			return refuse(settings.Place{File: path}, "", "this CSV cannot be read: %s", err)
		}
		line, _ := r.FieldPos(0)
		at := settings.Place{File: path, Line: line, Column: 1}
		var cells []column
		for i, v := range row {
			if i < len(head) {
				cells = append(cells, column{strings.TrimSpace(head[i]), v})
			}
		}
		if err := a.person(cells, at); err != nil {
			return err
		}
	}
}

// takeRecords reads users as the Salesforce CLI prints a query for them, or as a plain
// list. It tells whether that was what the file holds.
func (a *artefacts) takeRecords(path string, data []byte) (bool, error) {
	var answer struct {
		Records []json.RawMessage
		Result  struct{ Records []json.RawMessage }
	}
	records := []json.RawMessage{}
	if err := json.Unmarshal(data, &answer); err == nil {
		records = append(answer.Records, answer.Result.Records...)
	} else if err := json.Unmarshal(data, &records); err != nil {
		return false, refuse(settings.Place{File: path}, "", "this JSON cannot be read: %s", err)
	}
	found := false
	for _, record := range records {
		cells, err := flatten("", record, 0)
		if err != nil {
			return found, refuse(settings.Place{File: path}, "", "this JSON cannot be read: %s", err)
		}
		if !slices.ContainsFunc(cells, func(c column) bool { return strings.EqualFold(c.name, "Username") }) {
			continue
		}
		found = true
		if err := a.person(cells, settings.Place{File: path}); err != nil {
			return true, err
		}
	}
	return found, nil
}

// flatten reads an object in its order, the fields of related records with a dot.
func flatten(prefix string, data []byte, depth int) ([]column, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, err
	}
	var all []column
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, err
		}
		var v json.RawMessage
		if err := d.Decode(&v); err != nil {
			return nil, err
		}
		name := prefix + fmt.Sprint(key)
		switch {
		case len(v) > 0 && v[0] == '{':
			if name != "attributes" && depth < 3 {
				inner, err := flatten(name+".", v, depth+1)
				if err != nil {
					return nil, err
				}
				all = append(all, inner...)
			}
		case len(v) > 0 && v[0] == '"':
			var s string
			if err := json.Unmarshal(v, &s); err != nil {
				return nil, err
			}
			all = append(all, column{name, s})
		case len(v) > 0 && v[0] != '[' && string(v) != "null":
			all = append(all, column{name, string(v)})
		}
	}
	return all, nil
}

// person adds a user.
func (a *artefacts) person(cells []column, at settings.Place) error {
	if len(a.users) == mostUsers {
		return refuse(at, "name a list of the users to try", "is one user too many: more than %d", mostUsers)
	}
	var u settings.User
	own := map[string]*settings.Text{
		"username": &u.Username, "firstname": &u.FirstName, "lastname": &u.LastName, "alias": &u.Alias, "email": &u.Email,
		"communitynickname": &u.Nickname, "profile.name": &u.Profile, "profile": &u.Profile, "profile.userlicense.name": &u.License,
		"license": &u.License, "federationidentifier": &u.FederationID, "id": &u.ID, "userrole.name": &u.Role,
	}
	for _, c := range cells {
		name := strings.ToLower(c.name)
		switch to, ok := own[name]; {
		case ok:
			if c.value != "" && !to.Set {
				typed(to, c.value, at)
			}
		case name == "isactive":
			typed(&u.Active, strings.EqualFold(c.value, "true") || c.value == "1", at)
		case name == "permissionsets":
			for _, set := range strings.FieldsFunc(c.value, func(r rune) bool { return r == ';' || r == ',' }) {
				add(&u.PermissionSets, strings.TrimSpace(set), at)
			}
		case c.value != "" && !strings.Contains(name, ".") && name != "":
			var f settings.UserField
			typed(&f.Name, c.name, at)
			typed(&f.Value, c.value, at)
			u.Fields = append(u.Fields, f)
		}
	}
	a.users = append(a.users, u)
	return nil
}

// people sets the users: those that were listed, those of settings, or, where nobody is
// known, one that is made up for each way in.
func (b *builder) people() {
	sf := &b.s.Salesforce
	sf.Users = b.users
	for _, part := range b.parts {
		if len(part.Salesforce.Users) > 0 {
			return
		}
	}
	if len(sf.Users) > 0 || !sf.Set {
		return
	}
	for _, profile := range sf.ConnectedApp.Profiles {
		b.invent(profile.Value, nil, profile.Place)
	}
	for _, set := range sf.ConnectedApp.PermissionSets {
		profile := "Standard User"
		if len(sf.ConnectedApp.Profiles) > 0 && names(sf.ConnectedApp.Profiles, profile) {
			profile = "Minimum Access - Salesforce"
		}
		b.invent(profile, &set, set.Place)
	}
}

// mostInvented is how many users are made up at most.
const mostInvented = 5

// invent makes a user up, so that there is somebody to try the login with.
func (b *builder) invent(profile string, set *settings.Text, at settings.Place) {
	sf := &b.s.Salesforce
	n := len(sf.Users) + 1
	if n > mostInvented {
		return
	}
	b.ask(fmt.Sprintf("salesforce.users[%d]", n-1), "Made up, because nothing that was imported names a user: replace by a real one.")
	var u settings.User
	name := fmt.Sprintf("trial%d", n)
	for _, f := range []struct {
		to    *settings.Text
		value string
	}{
		{&u.FirstName, "Trial"}, {&u.LastName, fmt.Sprintf("User %d", n)}, {&u.Alias, name}, {&u.Email, name + "@example.com"},
		{&u.Username, name + "@example.com"}, {&u.Nickname, name}, {&u.License, "Salesforce"}, {&u.Profile, profile},
	} {
		typed(f.to, f.value, at)
	}
	typed(&u.Active, true, at)
	if set != nil {
		u.PermissionSets = []settings.Text{*set}
	}
	sf.Users = append(sf.Users, u)
}
