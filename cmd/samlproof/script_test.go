package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/samlproof/samlproof/harness/report"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"samlproof": main})
}

// The command as a user meets it: exit statuses, what goes to which stream, and the
// first lines of what is shown.
func TestScripts(t *testing.T) {
	params := testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "edit": edit, "encode": encode, "fill": fill, "record": record, "bare": bare, "envelop": envelop,
			"repeat": repeat, "unpack": unpack, "logins": logins, "federation": federation, "conforms": conforms,
		},
	}
	if underRace { // those that make the most of several goroutines
		params.Dir, params.Files = "", []string{"testdata/script/run.txtar", "testdata/script/inspect.txtar"}
	}
	testscript.Run(t, params)
}

// status runs samlproof and holds its exit status to a number: status 1 run x.yaml.
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status N ARG...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec("samlproof", args[1:]...)
	got := 0
	if err != nil {
		text := err.Error()
		i := strings.LastIndex(text, "exit status ")
		if i < 0 {
			ts.Fatalf("samlproof did not exit: %v", err)
		}
		got, err = strconv.Atoi(text[i+len("exit status "):])
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// edit replaces text in a file, which must be there: edit FILE OLD NEW.
func edit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: edit FILE OLD NEW")
	}
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s does not hold %q", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}

// encode writes a file as base64: encode FROM TO.
func encode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: encode FROM TO")
	}
	out := base64.StdEncoding.EncodeToString([]byte(ts.ReadFile(args[0])))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(out), 0o644))
}

// fill writes a file of so many megabytes of one text: fill FILE MEGABYTES TEXT.
func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: fill FILE MEGABYTES TEXT")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat([]byte(args[2]), (n<<20)/len(args[2])), 0o644))
}

// repeat writes a file so many times in a row: repeat FROM TIMES TO.
func repeat(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: repeat FROM TIMES TO")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Repeat(ts.ReadFile(args[0]), n)), 0o644))
}

// unpack writes every other line of a file to a file of its own, from the first or the
// second on: unpack FROM DIR 1.
func unpack(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || args[2] != "1" && args[2] != "2" {
		ts.Fatalf("usage: unpack FROM DIR 1|2")
	}
	ts.Check(os.MkdirAll(ts.MkAbs(args[1]), 0o755))
	n := 0
	for i, line := range strings.Split(strings.TrimSpace(ts.ReadFile(args[0])), "\n") {
		if i%2 == int(args[2][0]-'1') {
			ts.Check(os.WriteFile(filepath.Join(ts.MkAbs(args[1]), fmt.Sprintf("%03d.txt", n)), []byte(line), 0o644))
			n++
		}
	}
}

// logins holds the number of logins of a JSON report to a number: logins FILE N.
func logins(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: logins FILE N")
	}
	var r struct {
		Schema  string
		Logins  []struct{ Results []any }
		Summary struct{ Logins int }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &r))
	got := strconv.Itoa(len(r.Logins))
	if got != args[1] || r.Summary.Logins != len(r.Logins) || r.Schema != report.Format {
		ts.Fatalf("%s of %s logins, %d in the summary", got, args[1], r.Summary.Logins)
	}
	for _, l := range r.Logins {
		if len(l.Results) == 0 {
			ts.Fatalf("a login without results")
		}
	}
}

// conforms holds JSON to one of the schemas: conforms SCHEMA stdout.
func conforms(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: conforms SCHEMA FILE")
	}
	at := slices.IndexFunc(report.Schemas(), func(s report.SchemaFile) bool { return s.Name == args[0] })
	if at < 0 {
		ts.Fatalf("there is no schema %s", args[0])
	}
	ts.Check(keepsSchema(string(report.Schemas()[at].Text), ts.ReadFile(args[1])))
}

// keepsSchema says in what a document does not keep a schema.
func keepsSchema(schema, text string) error {
	described, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	if err != nil {
		return err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", described); err != nil {
		return err
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		return err
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return compiled.Validate(document)
}

// federation writes metadata of so many service providers, of one without a list around
// it: federation N FILE. It ends with the year 2026.
func federation(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: federation N FILE")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	const end = `xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="2027-01-01T00:00:00Z"`
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `<md:EntityDescriptor entityID="https://sp%d.example" %s><md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">`+
			`<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://sp%d.example/acs" index="0"/></md:SPSSODescriptor></md:EntityDescriptor>`, i, end, i)
	}
	text := b.String()
	if n > 1 {
		text = "<md:EntitiesDescriptor " + end + ">" + text + "</md:EntitiesDescriptor>"
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o644))
}
