using System.Text;
using PyRepo.Resources.Manifests;

namespace PyRepo.Resources.Tests.Manifests;

/// <summary>Whatever is done to a manifest, reading it ends with resources and problems, never an exception.</summary>
public sealed class MutationTests
{
    static readonly string[] _pieces =
    [
        "[", "]", "{", "}", ":", ": ", "- ", "? ", "&a ", "*a", "!!str ", "! ", "|", ">", "'", "\"", "\\", "#", "%",
        "@", "`", ",", "---\n", "...\n", "\n", "\r", "\t", "\0", "\u0085", "\u2028", "\uFEFF", "\ud800", "😀", "<<: *a",
        "null", "~", "0x", "1e9", "%YAML 1.1\n", "%TAG ! a\n", "  ", "apiVersion", "kind: List\nitems:", "spec:",
        "\"\\u", "\"\\x4", "!<", "!a!b ", "|9\n", "|+-",
    ];

    static readonly string[] _texts =
    [
        Sample.Text("all-fields.yaml"),
        Sample.Text("design.yaml"),
        "apiVersion: v1\nkind: List\nitems:\n"
            + "- apiVersion: v1\n  kind: Secret\n  metadata: { name: a }\n  data: { b: Yg== }\n",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_changes_of_a_manifest_give_problems_and_no_exception(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 250; round++)
        {
            var text = Mutate(_texts[random.Next(_texts.Length)], random);
            foreach (var name in new[] { "a.yaml", "a.json" })
                if (Record.Exception(() => ManifestReader.Read([new(name, text)])) is { } exception)
                    Assert.Fail($"In round {round} of seed {seed}, as {name}: {exception}");
        }
    }

    [Fact]
    public void Every_prefix_of_a_manifest_is_read_without_an_exception()
    {
        foreach (var text in _texts)
            for (var length = 0; length < text.Length; length += 7)
                ManifestReader.Read([new("a.yaml", text[..length]), new("a.json", text[..length])]);
    }

    static string Mutate(string text, Random random)
    {
        var changed = new StringBuilder(text);
        for (var changes = random.Next(1, 6); changes > 0 && changed.Length > 10; changes--)
        {
            var at = random.Next(changed.Length - 8);
            switch (random.Next(5))
            {
                case 0:
                    changed.Insert(at, _pieces[random.Next(_pieces.Length)]);
                    break;
                case 1:
                    changed.Remove(at, random.Next(1, 8));
                    break;
                case 2:
                    changed[at] = (char)random.Next(0x250);
                    break;
                case 3:
                    changed.Insert(at, text.AsSpan(random.Next(text.Length / 2), random.Next(60)));
                    break;
                default:
                    changed.Length = at + 1;
                    break;
            }
        }
        return changed.ToString();
    }
}
