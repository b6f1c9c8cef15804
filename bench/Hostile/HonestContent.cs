using Bench.Clients;
using Bench.Hostile.Clients;
using Bench.Hostile.Upstream;

namespace Bench.Hostile;

/// <summary>What honest people uploaded and asked for before anything hostile begins.</summary>
static class HonestContent
{
    /// <summary>The files that the proxy keeps.</summary>
    public const int KeptFiles = 20;

    public const string HostedPage = "/hosted/simple/hosted-0/";

    const int HostedProjects = 20;

    public static string HostedPageOf(int n) => $"/hosted/simple/hosted-{n % HostedProjects}/";

    public static string GroupPage(int n) => $"/group/simple/honest-{n}/";

    public static string ProxiedFile(int n) => FileOf($"honest-{n}", OrdinaryProject.HashOf($"honest-{n}"));

    /// <summary>The path of a project's first file at the proxy.</summary>
    public static string FileOf(string project, string hash) =>
        $"/proxy/packages/{project}/{hash[..16]}/{OrdinaryProject.FileOf(project)}";

    /// <summary>Uploads the hosted projects, and has the proxy keep files.</summary>
    public static async Task PrepareAsync(ServerUnderTest server, string folder)
    {
        var maker = new WheelMaker(folder, seed: 1);
        using (var uploads = new UploadClient(server.Hosted))
        {
            for (var n = 0; n < HostedProjects; n++)
                uploads.Upload(maker.Make($"hosted-{n}", "1.0", payload: 2_000, withDigests: false));
            uploads.Upload(maker.Make("hosted-large", "1.0", payload: 50_000_000, withDigests: false));
        }
        Directory.Delete(folder, recursive: true);
        await KeepAsync(server);
    }

    /// <summary>The path of a hosted file that is large.</summary>
    public static string LargeFileOf(ServerUnderTest server)
    {
        const string page = "/hosted/simple/hosted-large/";
        using var connection = new HttpConnection(server.Packages);
        var link = connection.Get(page).Text.Split("href=\"")[1].Split('#')[0];
        return new Uri(new Uri(server.Packages, page), link).AbsolutePath;
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
            if (!(await client.GetAsync(ProxiedFile(n), CancellationToken.None)).IsSuccess)
                missing++;
        }
        return missing;
    }
}
