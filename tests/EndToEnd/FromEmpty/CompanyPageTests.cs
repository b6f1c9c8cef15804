using EndToEnd.Cluster;
using EndToEnd.Clients;

namespace EndToEnd.FromEmpty;

/// <summary>docs/run-for-a-company.md, on a cluster that has nothing of PyRepo's yet.</summary>
[Collection(nameof(Alone))]
public sealed class CompanyPageTests
{
    static readonly Uri _team = new("http://packages.pyrepo.test/team/");

    [ClusterFact]
    public async Task The_commands_of_the_page_lead_to_a_first_installation()
    {
        await EmptyCluster.MakeAsync();
        var page = await File.ReadAllTextAsync(SourceTree.At("docs", "run-for-a-company.md"));
        var lines = page.Replace(" \\\n", "", StringComparison.Ordinal).Split('\n')
            .SkipWhile(line => line != "```sh").Skip(1).TakeWhile(line => line != "```").ToList();
        Assert.Equal(5, lines.Count);
        using var home = new ClientHome();
        var clone = home.Folder("clone");
        foreach (var folder in (string[])["charts", "config"])
            Directory.CreateSymbolicLink(Path.Combine(clone, folder), SourceTree.At(folder));
        var pip = await PythonClients.FolderOfAsync("pip");
        foreach (var line in lines)
        {
            // PyPI can't be reached here: the team has the project instead.
            if (line.StartsWith("pip ", StringComparison.Ordinal))
            {
                await ClusterNamespace.UntilReachableAsync(new Uri(_team, "simple/"));
                (await TwineUpload.RunAsync(_team, await Kubectl.PasswordAsync("packages", "team"),
                    CorpusFile.GetPath("six-1.17.0-py2.py3-none-any.whl"))).MustSucceed();
            }
            // The nodes have the images under the chart's own names already, so step 0 is not needed.
            (await new ProgramRun("bash", "-c", $"PATH={pip}:$PATH; REGISTRY=ghcr.io/pyrepo; {line}") { Folder = clone }
                .RunAsync()).MustSucceed();
        }
        Assert.Equal(
            "1.17.0", await home.PythonAsync(Path.Combine(clone, "installed"), "import six; print(six.__version__)"));
    }
}
