using System.Globalization;
using System.Net;
using PyRepo.Packaging.FileNames;
using PyRepo.Packaging.Hashes;
using PyRepo.Packaging.Names;
using PyRepo.Packaging.Simple;
using PyRepo.Server.Rendering;

namespace PyRepo.Server.Commands;

/// <summary>
/// Copies a release to a repository of another server: downloads its files, checks them, and uploads them as that
/// repository's Maintainer, who may say when they were uploaded first.
/// </summary>
/// <param name="source">A client of the repository that has the release.</param>
/// <param name="target">A client of the other repository.</param>
sealed class ReleaseTransfer(HttpClient source, HttpClient target)
{
    const string Json = "application/vnd.pypi.simple.v1+json";

    /// <summary>
    /// Copies the files that the target does not have. Nothing is copied if it has one of their names with other bytes.
    /// </summary>
    /// <returns>The files that were copied.</returns>
    /// <exception cref="HttpRequestException">A server refuses, or there is no such release.</exception>
    public async Task<IReadOnlyList<string>> RunAsync(
        ProjectName project, string version, CancellationToken cancellationToken)
    {
        var files = await FindReleaseAsync(project, version, cancellationToken);
        var there = (await ReadPageAsync(target, project, cancellationToken))?.Files
            .ToDictionary(file => file.FileName, file => file.Hashes.Sha256, StringComparer.Ordinal) ?? [];
        foreach (var (file, _) in files)
        {
            if (there.TryGetValue(file.FileName, out var sha256) && sha256 != file.Hashes.Sha256)
            {
                throw new HttpRequestException(
                    $"'{file.FileName}' is in {target.BaseAddress} with other content. Nothing was copied.");
            }
        }
        var copied = new List<string>();
        foreach (var (file, name) in files.Where(each => !there.ContainsKey(each.File.FileName)))
        {
            await CopyAsync(file, name, cancellationToken);
            copied.Add(file.FileName);
        }
        return copied;
    }

    async Task<List<(PageFile File, DistributionFileName Name)>> FindReleaseAsync(
        ProjectName project, string version, CancellationToken cancellationToken)
    {
        var files = new List<(PageFile File, DistributionFileName Name)>();
        foreach (var file in (await ReadPageAsync(source, project, cancellationToken))?.Files ?? [])
        {
            if (DistributionFileName.TryParse(file.FileName, project, out var name) && name.IsOf(version))
                files.Add((file, name));
        }
        if (files.Count == 0)
        {
            throw new HttpRequestException(
                $"There is no release '{version}' of '{project}' in {source.BaseAddress}.");
        }
        return files.Exists(each => each.File.Yanked is null)
            ? files
            : throw new HttpRequestException(
                $"{project} {version} is yanked. Undo that first, or promote another release.");
    }

    static async Task<ProjectPage?> ReadPageAsync(
        HttpClient client, ProjectName project, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"simple/{project}/", UriKind.Relative));
        request.Headers.Accept.ParseAdd(Json);
        using var response = await client.SendAsync(
            request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.StatusCode is HttpStatusCode.NotFound)
            return null;
        await ApiClient.RequireSuccessAsync(response, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await SimpleJson.ReadProjectAsync(body, cancellationToken);
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
            using var form = FormOf(file, name);
            if (file.Provenance is not null)
                form.Add(await ReadProvenanceAsync(name, cancellationToken), "provenance");
            form.Add(new StreamContent(content), "content", file.FileName);
            using var response = await target.PostAsync("", form, cancellationToken);
            await ApiClient.RequireSuccessAsync(response, cancellationToken);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    async Task DownloadAsync(
        PageFile file, DistributionFileName name, FileStream content, CancellationToken cancellationToken)
    {
        var url = new Uri(new Uri(source.BaseAddress!, $"simple/{name.Project}/"), file.Url);
        if (url.Authority != source.BaseAddress!.Authority)
            throw new HttpRequestException($"'{file.FileName}' is on another server: {url}. It was not copied.");
        using var response = await source.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        await ApiClient.RequireSuccessAsync(response, cancellationToken);
        await response.Content.CopyToAsync(content, cancellationToken);
        content.Position = 0;
        if (file.Hashes.Sha256 is not { } expected
            || await Sha256Digest.HashDataAsync(content, cancellationToken) != expected)
        {
            throw new HttpRequestException($"'{file.FileName}' has not the SHA-256 of the page. It was not copied.");
        }
    }

    async Task<HttpContent> ReadProvenanceAsync(DistributionFileName name, CancellationToken cancellationToken)
    {
        using var response = await source.GetAsync(
            new Uri(FileLinks.ProvenanceFromBase(name), UriKind.Relative), cancellationToken);
        await ApiClient.RequireSuccessAsync(response, cancellationToken);
        return new StringContent(await response.Content.ReadAsStringAsync(cancellationToken));
    }

    static MultipartFormDataContent FormOf(PageFile file, DistributionFileName name)
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
