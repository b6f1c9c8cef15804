using System.Text.Json;

namespace EndToEnd.Clients;

/// <summary>A server with all of the corpus, once adopted and once uploaded.</summary>
public sealed class CorpusServer : IAsyncLifetime
{
    public const string Adopted = "adopted";
    public const string Uploaded = "uploaded";

    /// <summary>The server; null where the assets are missing.</summary>
    public PyRepoServer? Server { get; private set; }

    public HttpClient Http => Server!.Http;

    /// <summary>Where files are put that are to be adopted.</summary>
    public string FolderOfAdopted => Path.Combine(Server!.GetFolder(Adopted), "packages");

    /// <summary>File names to what <c>/status</c> says of those that were not adopted.</summary>
    public IReadOnlyDictionary<string, string> NotAdopted { get; private set; } = new Dictionary<string, string>();

    /// <summary>File names to the answers that uploads got which were refused.</summary>
    public Dictionary<string, string> RefusedUploads { get; } = new(StringComparer.Ordinal);

    /// <summary>What should be in a repository.</summary>
    public IEnumerable<CorpusFile> FilesIn(string repository) => repository == Adopted
        ? CorpusFile.All.Where(f => !NotAdopted.ContainsKey(f.FileName))
        : CorpusFile.All.Where(f => !RefusedUploads.ContainsKey(f.FileName));

    public async ValueTask InitializeAsync()
    {
        if (Assets.Root is null)
            return;
        Server = await PyRepoServer.StartAsync($"""
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: {"{"} name: {Adopted} {"}"}
            ---
            apiVersion: pyrepo.dev/v1alpha1
            kind: PythonRepository
            metadata: {"{"} name: {Uploaded} {"}"}
            """);
        Directory.CreateDirectory(FolderOfAdopted);
        foreach (var file in CorpusFile.All)
            File.Copy(file.Path, Path.Combine(FolderOfAdopted, file.FileName));
        foreach (var file in CorpusFile.All)
            await UploadAsync(file);
        await Eventually.IsAsync("all files are adopted or refused", AreAllLookedAtAsync);
    }

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }

    async Task UploadAsync(CorpusFile file)
    {
        using var form = TwineForm.From(
            file.MetadataName ?? file.Project, file.MetadataVersionField ?? file.Version, GetFileType(file.FileName),
            file.FileName, file.Sha256, new ByteArrayContent(await File.ReadAllBytesAsync(file.Path)));
        if (file.MetadataRequiresPython is { } python)
            form.Add(new StringContent(python), "\"requires_python\"");
        using var answer = await TwineForm.SendAsync(Server!, Uploaded, form);
        if (!answer.IsSuccessStatusCode)
            RefusedUploads[file.FileName] = await answer.Content.ReadAsStringAsync();
    }

    async Task<bool> AreAllLookedAtAsync()
    {
        using var status = JsonDocument.Parse(await Http.GetStringAsync(new Uri(Server!.Management, "status")));
        var repository = status.RootElement.GetProperty("repositories").EnumerateArray()
            .Single(r => r.GetProperty("name").GetString() == Adopted);
        NotAdopted = repository.GetProperty("refused").EnumerateObject()
            .ToDictionary(r => Path.GetFileName(r.Name), r => r.Value.GetString()!);
        return repository.GetProperty("files").GetInt64() + NotAdopted.Count == CorpusFile.All.Count;
    }

    static string GetFileType(string fileName) => Path.GetExtension(fileName) switch
    {
        ".whl" => "bdist_wheel",
        ".egg" => "bdist_egg",
        ".exe" => "bdist_wininst",
        ".rpm" => "bdist_rpm",
        _ => "sdist",
    };
}
