using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using EndToEnd.Crashes.PowerCuts;

namespace EndToEnd.Crashes.DiskFaults;

/// <summary>What a repository shows of the changes that were made to it.</summary>
public static class DiskContents
{
    /// <summary>What stands in the place of a project for tokens.</summary>
    public const string Tokens = "tokens";

    /// <summary>Reads what each file of a project, or each token, is, or what its request got.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ReadAsync(
        PyRepoServer server, string repository, string project)
    {
        if (project == Tokens)
            return (await TokensOfAsync(server, repository)).ToDictionary(token => token.Key, _ => "there");
        var states = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in (await ProjectPage.ReadAsync(server, repository, project))?.Files ?? [])
        {
            using var answer = await server.Http.GetAsync(file.Url);
            var yanked = file.Yanked is { ValueKind: not JsonValueKind.False } ? " yanked" : "";
            states[file.FileName] = answer.StatusCode is HttpStatusCode.OK
                ? Convert.ToHexStringLower(SHA256.HashData(await answer.Content.ReadAsByteArrayAsync())) + yanked
                : $"status {(int)answer.StatusCode}";
        }
        return states;
    }

    /// <summary>The ids of the tokens, by their names.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> TokensOfAsync(PyRepoServer server, string repository)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, new Uri(server.GetUrl(repository), "api/v1/tokens"));
        request.Headers.Authorization = repository == FaultyDisk.Repository
            ? FaultyDisk.Credentials
            : TwineForm.Publisher(server, repository);
        using var answer = await server.Http.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        using var read = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in read.RootElement.EnumerateArray())
            tokens[token.GetProperty("name").GetString()!] = token.GetProperty("id").GetString()!;
        return tokens;
    }

    /// <summary>Compares what a repository shows with what it may show after a power cut, or now.</summary>
    public static async Task<IReadOnlyList<string>> CompareAsync(
        IReadOnlyList<TracedChange> changes, PyRepoServer server, string repository, int? moment)
    {
        var wrong = new List<string>();
        foreach (var project in changes.Select(c => c.Project).Distinct())
        {
            var files = changes.Where(c => c.Project == project).GroupBy(c => c.FileName).ToList();
            IReadOnlyDictionary<string, string> shown;
            try
            {
                shown = await ReadAsync(server, repository, project);
            }
            catch (HttpRequestException error)
            {
                if (!MayBeUnknown(error, files, moment))
                    wrong.Add($"{project}: {error.Message}");
                continue;
            }
            foreach (var ofOne in files)
            {
                var found = shown.GetValueOrDefault(ofOne.Key);
                if (!TracedChange.MayBe(ofOne, moment).Contains(found))
                    wrong.Add($"{ofOne.Key} is {found ?? "missing"}");
            }
        }
        return wrong;
    }

    /// <summary>
    /// While a disk fails, a name of which no file must be there may be unavailable for some seconds: somebody may have
    /// put files of it into the folder, which could not be looked at.
    /// </summary>
    static bool MayBeUnknown(
        HttpRequestException error, IEnumerable<IEnumerable<TracedChange>> files, int? moment) =>
        error.StatusCode is HttpStatusCode.ServiceUnavailable && moment is null
        && files.All(changes => TracedChange.MayBe(changes, moment).Contains(null));
}
