using System.Security.Cryptography;
using System.Text;
using Bench.Clients;
using Bench.Hostile.Clients;
using Bench.Hostile.Upstream;

namespace Bench.Hostile;

/// <summary>What honest people uploaded and asked for before anything hostile begins, and ask for meanwhile.</summary>
/// <param name="wheels">The hosted projects' only wheels.</param>
/// <param name="paths">Where the server has them.</param>
sealed class HonestContent(IReadOnlyList<Wheel> wheels, IReadOnlyList<string> paths)
{
    /// <summary>The files that the proxy keeps.</summary>
    public const int KeptFiles = 20;

    const int HostedProjects = 20;

    public static HonestRequest List { get; } = new(
        "list", "/group/simple/", page => Has(page, "hosted-0/") && Has(page, "honest-199/"), NeedsUpstream: true);

    /// <summary>The page of one who has to log in.</summary>
    public static HonestRequest LockedList { get; } = new(
        "list, password", "/locked/simple/", page => Has(page, "Simple index"),
        $"user-0:{ServerUnderTest.Password}");

    /// <summary>A page of the proxy through a group.</summary>
    public static HonestRequest ProxiedPage(int n, string group = "group") => new(
        $"page, {group}", GroupPage(n, group),
        page => Has(page, $"{OrdinaryProject.GetFile($"honest-{n}")}#sha256={OrdinaryProject.GetHash($"honest-{n}")}"),
        NeedsUpstream: true);

    /// <summary>A file that the proxy keeps.</summary>
    public static HonestRequest KeptFile(int n) => new(
        "kept file", ProxiedFile(n), bytes => GetHash(bytes) == OrdinaryProject.GetHash($"honest-{n}"));

    /// <summary>Uploads the hosted projects, and has the proxy keep files.</summary>
    public static async Task<HonestContent> PrepareAsync(ServerUnderTest server, string folder)
    {
        var maker = new WheelMaker(folder, seed: 1);
        var wheels = new List<Wheel>();
        using (var uploads = new UploadClient(server.Hosted))
        {
            for (var n = 0; n < HostedProjects; n++)
                wheels.Add(maker.Make($"hosted-{n}", "1.0", payload: 2_000, withDigests: false));
            wheels.Add(maker.Make("hosted-large", "1.0", payload: 50_000_000, withDigests: false));
            wheels.ForEach(uploads.Upload);
        }
        Directory.Delete(folder, recursive: true);
        await KeepAsync(server);
        return new HonestContent(wheels, [.. wheels.Select(wheel => GetFile(server, wheel.Project))]);
    }

    /// <summary>Asks for all that the proxy keeps.</summary>
    /// <returns>How many files did not come.</returns>
    public static async Task<int> KeepAsync(ServerUnderTest server)
    {
        using var client = new RequestClient(server.Packages, TimeSpan.FromSeconds(30));
        var missing = 0;
        for (var n = 0; n < KeptFiles; n++)
        {
            await client.GetAsync(GroupPage(n), CancellationToken.None);
            if (!(await client.GetAsync(KeptFile(n), CancellationToken.None)).IsSuccess)
                missing++;
        }
        return missing;
    }

    /// <summary>The path of a hosted file that is large.</summary>
    public static string GetLargeFile(ServerUnderTest server) => GetFile(server, "hosted-large");

    /// <summary>The path of a project's first file at the proxy.</summary>
    public static string GetFile(string project, string hash) =>
        $"/proxy/packages/{project}/{hash[..16]}/{OrdinaryProject.GetFile(project)}";

    public HonestRequest HostedPage(int n)
    {
        var wheel = wheels[n % HostedProjects];
        return new HonestRequest(
            "hosted page", GetHostedPage(wheel.Project), page => Has(page, $"{wheel.FileName}#sha256={wheel.Sha256}"));
    }

    public HonestRequest HostedFile(int n) => new(
        "hosted file", paths[n % HostedProjects], bytes => GetHash(bytes) == wheels[n % HostedProjects].Sha256);

    static string GetHostedPage(string project) => $"/hosted/simple/{project}/";

    static string GroupPage(int n, string group = "group") => $"/{group}/simple/honest-{n}/";

    static string ProxiedFile(int n) => GetFile($"honest-{n}", OrdinaryProject.GetHash($"honest-{n}"));

    /// <summary>The path of a hosted project's only file.</summary>
    static string GetFile(ServerUnderTest server, string project)
    {
        var page = GetHostedPage(project);
        using var connection = new HttpConnection(server.Packages);
        var link = connection.Get(page).Text.Split("href=\"")[1].Split('#')[0];
        return new Uri(new Uri(server.Packages, page), link).AbsolutePath;
    }

    static bool Has(byte[] page, string text) => page.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0;

    static string GetHash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
