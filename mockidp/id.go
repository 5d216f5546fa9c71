package mockidp

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/samlproof/samlproof/harness/settings"
)

// messageID is an ID as Salesforce makes them: an underscore, 32 hexadecimal digits
// and the milliseconds since 1970.
func (p *IDP) messageID(at time.Time) (string, error) {
	b, err := p.random(16)
	if err != nil {
		return "", err
	}
	return "_" + hexadecimal(b) + strconv.FormatInt(at.UnixMilli(), 10), nil
}

// recordID is a 15-character record id for a name: the three characters that tell what
// kind of record it is, the two of the org's instance, zeros, and what sets it apart,
// which is always the same for the same name.
func (p *IDP) recordID(prefix, name string) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	instance := "00"
	if org := p.half.OrganizationID.Value; len(org) >= 5 && strings.Trim(org[3:5], digits) == "" {
		instance = org[3:5]
	}
	id := []byte(prefix + instance + "00000")
	sum := sha256.Sum256([]byte(prefix + name))
	for n := binary.BigEndian.Uint64(sum[:]); len(id) < 15; n /= uint64(len(digits)) {
		id = append(id, digits[n%uint64(len(digits))])
	}
	return string(id)
}

// longID is the 18-character form of a 15-character record id: each of its three
// suffixed characters says which of five characters are capital letters.
func longID(id string) string {
	if len(id) != 15 {
		return id
	}
	long := id
	for block := range 3 {
		bits := 0
		for i, c := range []byte(id[block*5 : block*5+5]) {
			if c >= 'A' && c <= 'Z' {
				bits |= 1 << i
			}
		}
		long += string("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[bits])
	}
	return long
}

// shortID is the 15-character form of a record id.
func shortID(id string) string { return id[:min(len(id), 15)] }

// userID is the record id of a user.
func (p *IDP) userID(u *settings.User) string {
	if p.opt.UserID != nil {
		if id := p.opt.UserID(u); id != "" {
			return id
		}
	}
	if id := u.ID.Value; id != "" {
		return shortID(id)
	}
	return p.recordID("005", strings.ToLower(u.Username.Value))
}

// appID is the record id of the connected app, as /idp/login names it.
func (p *IDP) appID() string {
	if id := p.half.ConnectedApp.AppID.Value; id != "" {
		return shortID(id)
	}
	return p.recordID("0sp", shortID(p.half.OrganizationID.Value)+" "+p.half.ConnectedApp.APIName.Value)
}

func hexadecimal(b []byte) string { return hex.EncodeToString(b) }
