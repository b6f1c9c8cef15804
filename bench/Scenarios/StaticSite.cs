using Bench.Clients;
using Bench.Servers;

namespace Bench.Scenarios;

/// <summary>The folder that the static servers serve: pyrepo's own answers, and the big wheel.</summary>
sealed class StaticSite(string folder)
{
    public string Folder { get; } = Directory.CreateDirectory(folder).FullName;

    /// <summary>Saves a project's page in every form.</summary>
    /// <exception cref="InvalidOperationException">A page is not in the form that was asked for.</exception>
    public void SavePages(IndexServer server, string project, int files)
    {
        using var connection = new HttpConnection(server.Address);
        foreach (var form in PageFormat.All)
        {
            var page = connection.Get(server.GetPage(project), form.Headers);
            page.MustSucceed($"page of {project}, {form.Name}");
            var isCompressed = page.Headers.GetValueOrDefault("content-encoding") == "gzip";
            if (isCompressed != form.IsCompressed)
                throw new InvalidOperationException($"{project} in {form.Name} is compressed: {isCompressed}.");
            if (form is { Extension: "html", IsCompressed: false } && IndexServer.CountLinks(page.Text) != files)
                throw new InvalidOperationException($"The page of {project} does not link to {files} files.");

            File.WriteAllBytes(Folder + form.GetPath(project) + (isCompressed ? ".gz" : ""), page.Body);
        }
    }

    /// <summary>Saves the compressed pages of many projects.</summary>
    public void SavePages(IndexServer server, IEnumerable<string> projects, string[] headers)
    {
        using var connection = new HttpConnection(server.Address);
        foreach (var project in projects)
        {
            var page = connection.Get(server.GetPage(project), headers).MustSucceed($"page of {project}");
            File.WriteAllBytes($"{Folder}/{project}.json.gz", page.Body);
        }
    }

    public long GetSize(string project, PageFormat form) =>
        new FileInfo(Folder + form.GetPath(project) + (form.IsCompressed ? ".gz" : "")).Length;

    /// <summary>Adds a file.</summary>
    /// <returns>Its path on the servers.</returns>
    public string Add(Wheel wheel)
    {
        File.Copy(wheel.Path, Path.Combine(Folder, wheel.FileName), overwrite: true);
        return $"/{wheel.FileName}";
    }
}
