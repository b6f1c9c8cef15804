using System.CommandLine;
using PyRepo.Resources.Storage;
using PyRepo.Storage.Buckets.Checks;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo bucket check</c></summary>
static class BucketCheckCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var name = new Option<string>("--name")
        {
            Description = "The bucket, or the container on Azure.",
            HelpName = "BUCKET",
            Required = true,
        };
        var endpoints = new Option<string[]>("--endpoint")
        {
            Description = "The URL of the service. Repeat it for each address of one service, which are checked alone "
                + "and in turn. Default: AWS or Google.",
            HelpName = "URL",
            Arity = ArgumentArity.OneOrMore,
        };
        var provider = new Option<BucketProvider>("--provider")
        {
            Description = "The protocol: S3, GCS or Azure.",
            HelpName = "PROVIDER",
            DefaultValueFactory = _ => BucketProvider.S3,
        };
        var region = new Option<string?>("--region") { Description = "The bucket's region.", HelpName = "REGION" };
        var prefix = BucketOptions.Prefix();
        var addressing = new Option<BucketAddressing>("--addressing")
        {
            Description = "Where URLs name the bucket: Auto, Path or VirtualHost.",
            HelpName = "ADDRESSING",
            DefaultValueFactory = _ => BucketAddressing.Auto,
        };
        var roots = ManifestOptions.PemFile(
            "--ca-bundle", "CA certificates (PEM) to trust in addition to the system's.");
        var fill = FillOption();
        var format = new Option<string>("--format")
        {
            Description = "text or json.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => Text,
        };
        format.AcceptOnlyFromAmong(Text, Json);
        var command = new Command(
            "check",
            "Try on a bucket all that PyRepo relies on, and remove what was written. Keys come from the environment: "
            + $"{string.Join(", ", BucketArguments.Keys)}.")
        {
            name, endpoints, provider, region, prefix, addressing, roots, fill, format,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            new BucketArguments
            {
                Name = parsed.GetRequiredValue(name),
                Endpoints = parsed.GetValue(endpoints) ?? [],
                Provider = parsed.GetValue(provider),
                Region = parsed.GetValue(region),
                Prefix = parsed.GetValue(prefix),
                Addressing = parsed.GetValue(addressing),
                RootsFile = parsed.GetValue(roots),
            },
            parsed.GetValue(fill), parsed.GetValue(format) == Json, cancellationToken));
        return command;
    }

    const string Text = "text";
    const string Json = "json";

    /// <summary>In MiB.</summary>
    static Option<long> FillOption()
    {
        var fill = new Option<long>("--fill")
        {
            Description = "Write as many MiB, until the service has no room left: what happens at a quota.",
            HelpName = "MIB",
        };
        fill.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }, ..]
                && !(long.TryParse(text, out var size) && size is >= 0 and < 1 << 30))
            {
                result.AddError($"--fill: '{text}' is not a number of MiB, such as 1024.");
            }
        });
        return fill;
    }

    static async Task<int> RunAsync(
        BucketArguments buckets, long fill, bool asJson, CancellationToken cancellationToken)
    {
        if (!buckets.TryRead(Console.Error, out var endpoints))
            return UsageErrors.ExitStatus;
        var report = new BucketCheckWriter(Console.Out, asJson);
        try
        {
            var check = new BucketCheck(BucketOptions.WithSlash(buckets.Prefix), fill << 20, TimeProvider.System);
            var found = await check.RunAsync(endpoints, report.Add, cancellationToken);
            report.End(buckets.Name, found.Verdict);
            return found.Verdict is BucketVerdict.Unusable ? 1 : 0;
        }
        catch (OperationCanceledException)
        {
            report.End(buckets.Name, verdict: null);
            return 1;
        }
        finally
        {
            foreach (var endpoint in endpoints)
                endpoint.Client.Dispose();
        }
    }
}
