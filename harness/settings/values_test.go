package settings_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/samlproof/samlproof/harness/settings"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Every field of the types has a key in the file, and its value is listed: a field that
// is added to a type and forgotten in its layout has no path.
func TestEveryFieldIsRead(t *testing.T) {
	s := read(t, typed)
	listed := map[string]bool{}
	for v := range s.Values() {
		require.False(t, listed[v.Path], "%s is listed twice", v.Path)
		listed[v.Path] = true
	}
	fields := 0
	var look func(name string, v reflect.Value)
	look = func(name string, v reflect.Value) {
		switch v.Kind() {
		case reflect.Slice:
			if v.Type().Elem().Kind() == reflect.Uint8 {
				return
			}
			require.NotZero(t, v.Len(), "%s is empty in the example", name)
			for i := range v.Len() {
				look(name, v.Index(i))
			}
		case reflect.Struct:
			path := v.FieldByName("Path")
			if path.IsValid() {
				require.NotEmpty(t, path.String(), name)
			}
			if v.FieldByName("Value").IsValid() && v.FieldByName("Value").Kind() != reflect.Struct {
				fields++
				assert.True(t, listed[path.String()], "%s is not listed", path)
				return
			}
			if v.Type() == reflect.TypeFor[settings.Place]() {
				return
			}
			for i := range v.NumField() {
				look(name+"."+v.Type().Field(i).Name, v.Field(i))
			}
		}
	}
	look("", reflect.ValueOf(s.Salesforce))
	look("", reflect.ValueOf(s.Flex))
	assert.Len(t, listed, fields)
	assert.Greater(t, fields, 50)
}

func TestValuesOfCertificates(t *testing.T) {
	find := func(s *settings.Settings, path string) (found settings.Value) {
		for v := range s.Values() {
			if strings.HasPrefix(v.Path, path) {
				return v
			}
		}
		return found
	}
	v := find(read(t, "flex: {x509_certificate: ABC}"), "flex.x509")
	assert.Equal(t, "flex.x509_certificate ABC", v.Path+" "+v.Text, "content that was pasted is a value")
	v = find(read(t, "flex: {x509_certificate_file: a.crt}"), "flex.x509")
	assert.Equal(t, "flex.x509_certificate_file a.crt", v.Path+" "+v.Text, "of a file only the name is")
}

func TestValuesStop(t *testing.T) {
	n := 0
	for range read(t, typed).Values() {
		if n++; n == 3 {
			break
		}
	}
	assert.Equal(t, 3, n)
}

// Whatever a clone has that can be changed is its own.
func TestCloneSharesNothing(t *testing.T) {
	s := read(t, typed)
	s.Salesforce.ConnectedApp.EncryptionCertificate.Data = []byte("e")
	s.Salesforce.ConnectedApp.RequestCertificate.Data = []byte("r")
	s.Flex.ServiceProvider.SigningCertificate.Data = []byte("s")
	s.Flex.ServiceProvider.EncryptionCertificate.Data = []byte("d")
	c := s.Clone()
	require.Equal(t, s, c)
	slices := 0
	var look func(name string, a, b reflect.Value)
	look = func(name string, a, b reflect.Value) {
		switch a.Kind() {
		case reflect.Slice:
			require.NotZero(t, a.Len(), "%s is empty in the example", name)
			assert.NotEqual(t, a.Pointer(), b.Pointer(), name)
			slices++
			for i := range a.Len() {
				look(name, a.Index(i), b.Index(i))
			}
		case reflect.Struct:
			for i := range a.NumField() {
				look(name+"."+a.Type().Field(i).Name, a.Field(i), b.Field(i))
			}
		case reflect.Pointer, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
			t.Errorf("%s can be shared", name)
		}
	}
	look("", reflect.ValueOf(*s), reflect.ValueOf(*c))
	assert.Equal(t, 14, slices)
}
