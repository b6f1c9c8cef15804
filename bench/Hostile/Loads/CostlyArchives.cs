using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>Uploads of small files that are large archives, by somebody who may upload.</summary>
sealed class CostlyArchives(string name, string title, string fileName, Func<int, byte[]> make, int size)
    : HostileLoad
{
    public override string Name => name;

    public override string Title => title;

    /// <summary>
    /// A wheel with a directory of 60,000 names of 1,000 letters, each below another <c>.dist-info</c>.
    /// </summary>
    public static CostlyArchives WideWheels => new(
        "wide-wheels", "20 uploads of a wheel with 60,000 `.dist-info` directories", "costly-1.0-py3-none-any.whl",
        HostileArchive.WheelOfDirectories, size: 60_000);

    /// <summary>An sdist of two million headers of one folder.</summary>
    public static CostlyArchives LongSdists => new(
        "long-sdists", "20 uploads of an sdist with two million headers", "costly-1.0.tar.gz",
        HostileArchive.SdistOfHeaders, size: 2_000_000);

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var count = context.Get(full: 20, quick: 4, gentle: 4);
        var archive = make(context.Get(size, size / 4, size / 4));
        var request = HostileForm.Upload(context.Server, "costly", fileName, archive);
        var tally = new Tally();
        await Task.WhenAll(Enumerable.Range(0, count).Select(async _ =>
        {
            await context.Pace.WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            tally.Add(await UploadAsync(context, request, deadline));
        }));
        return $"{tally}";
    }

    static async Task<string> UploadAsync(LoadContext context, byte[] request, CancellationToken deadline)
    {
        try
        {
            using var connection = await RawConnection.OpenAsync(context.Server.Packages, deadline);
            if (connection is null)
                return "no connection";
            await connection.SendAsync(request, deadline);
            return await connection.ReadToEndAsync(deadline) ?? "no answer";
        }
        catch (OperationCanceledException)
        {
            return "still waiting at the end";
        }
    }
}
