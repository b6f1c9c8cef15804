using Bench.Hostile.Clients;

namespace Bench.Hostile.Loads;

/// <summary>READMEs that are small in a wheel, and long to make a page of, by somebody who may upload.</summary>
sealed class CostlyDescriptions : HostileLoad
{
    const int Views = 40;

    /// <summary>Beginnings of Markdown that never end; each is repeated.</summary>
    static readonly string[] _parts = ["[a](b", "# [a](b", "*a **b ", "`a", "> > - ", "<a<", "![[", "| a | b\n"];

    public override string Name => "costly-readmes";

    public override string Title => "40 views at once of READMEs of 250 KB that never end, in wheels of 1 KB";

    public override async Task<string> RunAsync(LoadContext context, CancellationToken deadline)
    {
        var projects = context.Get(full: _parts.Length, quick: 4, gentle: 2);
        var tally = new Tally();
        for (var n = 0; n < projects; n++)
            tally.Add($"{await UploadAsync(context, n, deadline)} to an upload");

        using var client = context.Anonymous();
        var views = await Flood.RunAsync(
            context, context.Get(full: Views, quick: 8, gentle: 4), workers: Views,
            (n, cancellation) => client.GetAsync(
                $"/hosted/project/{GetProject(context, n % projects)}/", cancellation),
            deadline);
        return $"{tally}; {views}";
    }

    /// <summary>The names come again after some rounds, so that the hosted list does not grow for ever.</summary>
    static string GetProject(LoadContext context, int n) => $"readme-{context.Round % 10}-{n}";

    static async Task<string> UploadAsync(LoadContext context, int n, CancellationToken deadline)
    {
        var project = GetProject(context, n);
        var version = $"1.{context.Round}";
        var wheel = HostileArchive.WheelWithDescription(project, version, _parts[(context.Round + n) % _parts.Length]);
        var request = HostileForm.Upload(
            context.Server, project, $"{project.Replace('-', '_')}-{version}-py3-none-any.whl", wheel, version);
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
            return "no answer in time";
        }
    }
}
