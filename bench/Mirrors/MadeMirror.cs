using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bench.Clients;

namespace Bench.Mirrors;

/// <summary>
/// Makes the folder of a complete mirror of one project one of any number: each gets what the server wrote for the
/// first, with its own name and serial. The bytes of the files are not there, which a pass does not read.
/// </summary>
sealed partial class MadeMirror(string folder)
{
    const int Writers = 4;

    /// <summary>Adds the other projects.</summary>
    public void Fill(int projects)
    {
        var first = SyntheticIndex.GetName(0);
        // What was written minutes before a server was killed is verified, and there are no bytes.
        var record = Times().Replace(Read($"projects/{first}.jsonl"), "\"at\":\"2024-01-01T00:00:00.0000000+00:00\"");
        var page = Read($"upstream/{first}.json");
        Crowd.Run(Writers, writer =>
        {
            for (var n = writer + 1; n < projects; n += Writers)
            {
                var name = SyntheticIndex.GetName(n);
                File.WriteAllText(Path.Combine(folder, $"projects/{name}.jsonl"), OfProject(record, n));
                File.WriteAllText(Path.Combine(folder, $"upstream/{name}.json"), OfProject(page, n));
            }
        });
        WriteState(projects);
    }

    void WriteState(int projects)
    {
        var state = JsonNode.Parse(Read("mirror/state.json"))!;
        var run = state["runs"]![0]!;
        run["projects"] = projects;
        var file = Path.Combine(
            folder, string.Create(CultureInfo.InvariantCulture, $"mirror/{(long)run["number"]!:D8}.run"));
        var line = File.ReadLines(file).First();
        using (var lines = new StreamWriter(file))
        {
            for (var n = 0; n < projects; n++)
                lines.Write($"{OfProject(line, n)}\n");
            lines.Write($"= {projects}\n");
        }
        var only = new JsonArray(run.DeepClone());
        state["runs"] = only;
        File.WriteAllText(Path.Combine(folder, "mirror/state.json"), state.ToJsonString());
    }

    static string OfProject(string text, int project)
    {
        var (first, name) = (SyntheticIndex.GetName(0), SyntheticIndex.GetName(project));
        return text.Replace(first, name, StringComparison.Ordinal)
            .Replace(first.Replace('-', '_'), name.Replace('-', '_'), StringComparison.Ordinal)
            .Replace(
                $"{SyntheticIndex.FirstSerial}", $"{SyntheticIndex.FirstSerial + project}", StringComparison.Ordinal);
    }

    [GeneratedRegex("\"at\":\"[^\"]+\"")]
    private static partial Regex Times();

    string Read(string key) => File.ReadAllText(Path.Combine(folder, key), Encoding.UTF8);
}
