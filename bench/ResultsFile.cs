namespace Bench;

/// <summary>The Markdown file with all results: a chapter for each program, each measured at its own time.</summary>
static class ResultsFile
{
    const string Title = "# Measured";

    /// <summary>Writes a chapter, in the place of the one that was there.</summary>
    public static void Write(string file, string chapter, string text)
    {
        var chapters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (File.Exists(file))
        {
            foreach (var old in File.ReadAllText(file).Split("\n## ").Skip(1))
            {
                var end = old.IndexOf('\n', StringComparison.Ordinal);
                chapters[old[..end].Trim()] = old[end..].Trim();
            }
        }
        chapters[chapter] = text.Trim();
        var chart = Path.ChangeExtension(file, "svg");
        var image = File.Exists(chart) ? $"\n![The principal figures]({Path.GetFileName(chart)})\n" : "";
        File.WriteAllText(
            file, $"{Title}\n{image}\n{new Summary(chapters).Write()}"
                + string.Concat(chapters.Select(c => $"\n## {c.Key}\n\n{c.Value}\n")));
    }
}
