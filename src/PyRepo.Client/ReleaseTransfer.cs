using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using PyRepo.Egress;
using PyRepo.Packaging.Attestations;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;

namespace PyRepo.Client;

/// <summary>
/// Copies a release to a repository of another server: downloads its files, checks them, and uploads them as that
/// repository's Maintainer, who may say when they were uploaded first.
/// </summary>
/// <param name="source">A client of the repository that has the release.</param>
/// <param name="target">A client of the other repository.</param>
sealed class ReleaseTransfer(RepositoryClient source, RepositoryClient target)
{
    const string Json = "application/vnd.pypi.simple.v1+json";

    /// <summary>
    /// Copies the files of a release, and returns their names, each as it is copied. Nothing is copied if the target's
    /// page has one of the names with other bytes.
    /// </summary>
    /// <remarks>
    /// Also what is on the target's page is uploaded: the page of a group has files that the member does not have which
    /// takes the uploads. A repository that has the same bytes already leaves them as they are.
    /// </remarks>
    /// <exception cref="HttpRequestException">A server refuses, or there is no such release.</exception>
    public async IAsyncEnumerable<string> RunAsync(
        ProjectName project, string version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = await FindReleaseAsync(project, version, cancellationToken);
        var there = (await ReadFilesAsync(target, project, cancellationToken))
            .ToLookup(file => file.FileName, file => file.Hashes.Sha256, StringComparer.Ordinal);
        foreach (var (file, _) in files)
        {
            if (there[file.FileName].Any(sha256 => sha256 != file.Hashes.Sha256))
            {
                throw new HttpRequestException(
                    $"'{file.FileName}' is in {target.Url} with other content. Nothing was copied.");
            }
        }
        foreach (var (file, name) in files)
        {
            await CopyAsync(file, name, cancellationToken);
            yield return file.FileName;
        }
    }

    async Task<List<(PageFile File, DistributionFileName Name)>> FindReleaseAsync(
        ProjectName project, string version, CancellationToken cancellationToken)
    {
        var files = new List<(PageFile File, DistributionFileName Name)>();
        foreach (var file in await ReadFilesAsync(source, project, cancellationToken))
        {
            if (!DistributionFileName.TryParse(file.FileName, project, out var name) || !name.IsOf(version))
                continue;
            if (file.FileName.Contains('"'))
                throw new HttpRequestException($"'{file.FileName}' is not a name that can be uploaded.");
            files.Add((file, name));
        }
        if (files.Count == 0)
            throw new HttpRequestException($"There is no release '{version}' of '{project}' in {source.Url}.");
        // A target does not know who yanked what, and why: there, the file would be like any other.
        return files.Find(each => each.File.Yanked is not null) is not { File.FileName: { } yanked }
            ? files
            : throw new HttpRequestException(
                $"{project} {version} is yanked ({yanked}). Undo that first, or promote another release.");
    }

    static async Task<IReadOnlyList<PageFile>> ReadFilesAsync(
        RepositoryClient client, ProjectName project, CancellationToken cancellationToken)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"simple/{project}/", UriKind.Relative));
        request.Headers.Accept.ParseAdd(Json);
        try
        {
            return await client.SendAsync(request, async response =>
            {
                await using var body = new BoundedStream(
                    await response.Content.ReadAsStreamAsync(cancellationToken), PageLimits.MaxLength);
                return (await SimpleJson.ReadProjectAsync(body, cancellationToken)).Files;
            }, cancellationToken);
        }
        catch (HttpRequestException error) when (error.StatusCode is HttpStatusCode.NotFound)
        {
            return [];
        }
    }

    async Task CopyAsync(PageFile file, DistributionFileName name, CancellationToken cancellationToken)
    {
        // Its own folder, so that no other user of the machine can put something in its place.
        var folder = Directory.CreateTempSubdirectory("pyrepo-");
        try
        {
            await using var content = File.Create(Path.Combine(folder.FullName, "file"));
            await DownloadAsync(file, name, content, cancellationToken);
            content.Position = 0;
            var form = GetForm(file, name);
            if (file.Provenance is not null)
                form.Add(new StringContent(await ReadProvenanceAsync(name, cancellationToken)), "provenance");
            form.Add(new StreamContent(content), "content", file.FileName);
            await target.SendAsync(
                new HttpRequestMessage(HttpMethod.Post, "") { Content = form }, _ => Task.FromResult(true),
                cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    async Task DownloadAsync(
        PageFile file, DistributionFileName name, FileStream content, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(new Uri(source.Url, $"simple/{name.Project}/"), file.Url, out var url)
            || !UpstreamSettings.SameOrigin(source.Url, url))
        {
            throw new HttpRequestException($"'{file.FileName}' is not on the same server: {file.Url}.");
        }
        var saved = await source.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, url),
            response => SaveAsync(response, file, content, cancellationToken), cancellationToken);
        if (file.Hashes.Sha256 != saved)
            throw new HttpRequestException($"'{file.FileName}' does not have the SHA-256 that its page names.");
    }

    static async Task<Sha256Digest> SaveAsync(
        HttpResponseMessage response, PageFile file, FileStream content, CancellationToken cancellationToken)
    {
        await using var bytes = new BoundedStream(
            await response.Content.ReadAsStreamAsync(cancellationToken),
            file.Size ?? PageLimits.MaxUnsizedFileLength);
        try
        {
            await bytes.CopyToAsync(content, cancellationToken);
            content.Position = 0;
            return await Sha256Digest.HashDataAsync(content, cancellationToken);
        }
        catch (InvalidDataException) when (file.Size is not null)
        {
            throw new HttpRequestException($"'{file.FileName}' is longer than its page says.");
        }
    }

    Task<string> ReadProvenanceAsync(DistributionFileName name, CancellationToken cancellationToken) =>
        source.SendAsync(
            new HttpRequestMessage(HttpMethod.Get, Provenance.GetPath(name)),
            async response =>
            {
                await response.Content.LoadIntoBufferAsync(Provenance.MaxLength, cancellationToken);
                return await response.Content.ReadAsStringAsync(cancellationToken);
            },
            cancellationToken);

    static MultipartFormDataContent GetForm(PageFile file, DistributionFileName name)
    {
        var form = new MultipartFormDataContent
        {
            { new StringContent("file_upload"), ":action" },
            { new StringContent("1"), "protocol_version" },
            { new StringContent(name.Project.Value), "name" },
            { new StringContent(name.VersionText), "version" },
            { new StringContent(name.PackageType.ToName()), "filetype" },
            { new StringContent($"{file.Hashes.Sha256}"), "sha256_digest" },
        };
        if (file.UploadTime is { } time)
        {
            var text = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);
            form.Add(new StringContent(text), "upload_time");
        }
        if (file.RequiresPython is { } requires)
            form.Add(new StringContent(requires), "requires_python");
        return form;
    }
}
