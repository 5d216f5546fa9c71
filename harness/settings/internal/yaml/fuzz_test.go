package yaml

import (
	"bytes"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	other "go.yaml.in/yaml/v3"
)

// FuzzParse holds what is read here to what another reader makes of it: the same tree,
// the same text, the same places. What is refused here may be read there.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"a: b\nc:\n  - d\n  -\n    e: f # g\n  - - h\n    - i: |\n        j\n\n         k\n\nl: >-\n  m\n  n\n",
		"a: {b: c, 'd': [e, \"f\"], g, h: ,}\ni: [\n  j,\n  k\n]\n",
		"---\na: \"\\\"\\u00e9 \\\n   b\n\n   c\"\nd: 'it''s\n\n  e '\n...\n",
		"a: b\r\n  c\r\n\r\n d\r\né : |2+\r\n   e\r\n\r\n",
		"a:\n- b\n- c\nd: 00123\ne: ~\nf:\n",
		"salesforce:\n  users:\n    - {first_name: Ada, last_name: Agent, active: true}\n  value: '$User.FirstName + \" \" + $User.LastName'\n",
		"a: &b c\nd: *b\n<<: !e f\n? g\n: h\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		n, err := Parse(data)
		if err != nil {
			refusal := err.(*Error)
			require.Positive(t, refusal.Line)
			require.Positive(t, refusal.Column)
			require.NotEmpty(t, refusal.Text)
			require.True(t, utf8.ValidString(refusal.Text))
			return
		}
		var o other.Node
		err = other.NewDecoder(bytes.NewReader(data)).Decode(&o)
		// It follows YAML 1.1: no tabs on empty lines, no ? within plain text in
		// brackets, no escaped slash.
		if n.Kind == Absent || err != nil && bytes.ContainsAny(data, "\t?/") {
			return
		}
		require.NoError(t, err)
		same(t, n, o.Content[0])
	})
}

func same(t *testing.T, n *Node, o *other.Node) {
	t.Helper()
	require.Empty(t, o.Anchor)
	require.Zero(t, o.Style&other.TaggedStyle)
	if n.Kind == Absent {
		require.Equal(t, other.ScalarNode, o.Kind)
		require.Equal(t, "!!null", o.Tag)
		require.Empty(t, o.Value)
		return
	}
	require.Equal(t, [2]int{o.Line, o.Column}, [2]int{n.Line, n.Column})
	switch n.Kind {
	case Scalar:
		require.Equal(t, other.ScalarNode, o.Kind)
		require.Equal(t, o.Value, n.Text)
		require.Equal(t, o.Style&^other.FlowStyle == 0, n.Plain)
	case List:
		require.Equal(t, other.SequenceNode, o.Kind)
		require.Len(t, n.Items, len(o.Content))
		for i, item := range n.Items {
			same(t, item, o.Content[i])
		}
	case Mapping:
		require.Equal(t, other.MappingNode, o.Kind)
		require.Len(t, n.Pairs, len(o.Content)/2)
		for i, pair := range n.Pairs {
			same(t, pair.Key, o.Content[2*i])
			same(t, pair.Value, o.Content[2*i+1])
		}
	}
}
