using EndToEnd.Clients;
using EndToEnd.Proxying;

namespace EndToEnd.Examples;

/// <summary>What plays PyPI: an index of real distributions of the corpus.</summary>
static class PublicIndex
{
    /// <summary>Starts one with these files.</summary>
    public static async Task<MirrorUpstream> StartAsync(params IEnumerable<string> fileNames)
    {
        var index = await MirrorUpstream.StartAsync();
        foreach (var project in CorpusFile.All.Where(f => fileNames.Contains(f.FileName)).GroupBy(f => f.Project))
        {
            index.Serve(
                project.Key, [.. project.Select(f => new ScriptedFile(f.FileName, File.ReadAllBytes(f.Path)))]);
        }
        return index;
    }
}
