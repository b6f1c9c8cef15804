using System.CommandLine;
using PyRepo.Server.Content.Records;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo copy</c></summary>
static class CopyCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var from = ManifestOptions.Manifests("--from", "The manifests of the repository to copy.");
        var to = ManifestOptions.Manifests("--to", "The manifests of the repository to copy to.");
        var root = Name("--root", "The repository, if the manifests declare several.");
        var toRoot = Name("--to-root", "The repository to copy to, if its name differs.");
        var fromData = Folder("--from-data", "The folder for the data of --from.");
        var toData = Folder("--to-data", "The folder for the data of --to.");
        var live = new Option<bool>("--live")
        {
            Description = "Copy even if a server has the repository open. Stop uploads meanwhile, or copy again.",
        };
        var command = new Command(
            "copy", "Copy a repository between folders and buckets. Run it again to resume, or to copy what is new.")
        {
            from, to, root, toRoot, fromData, toData, live,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var name = parsed.GetValue(root);
            if (CopySide.Find(
                "--from", parsed.GetRequiredValue(from), name, parsed.GetRequiredValue(fromData), out var status)
                is not { } source)
            {
                return status;
            }
            if (CopySide.Find(
                "--to", parsed.GetRequiredValue(to), parsed.GetValue(toRoot) ?? name, parsed.GetRequiredValue(toData),
                out status) is not { } target)
            {
                return status;
            }
            return await RunAsync(source, target, parsed.GetValue(live), cancellationToken);
        });
        return command;
    }

    static Option<string?> Name(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "NAME",
    };

    static Option<string> Folder(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "DIR",
        DefaultValueFactory = _ => "./data",
    };

    static async Task<int> RunAsync(CopySide from, CopySide to, bool isLive, CancellationToken cancellationToken)
    {
        if (from.Resource.Kind != to.Resource.Kind)
            return await FailAsync($"A {from.Resource.Kind} cannot be copied to a {to.Resource.Kind}.");
        if (from.IsMissing)
        {
            return await FailAsync(
                $"There are no data of {from.Resource.Metadata.Name} in {from.Data}: see --from-data.");
        }
        var progress = new CopyProgress();
        try
        {
            using var source = from.Open("from");
            using var target = to.Open("to");
            if ((source.Location, source.Fingerprint) == (target.Location, target.Fingerprint))
                return await FailAsync($"--from and --to are the same: {source.Location}.");
            var outcome = await CopyAsync(source, target, isLive, progress, cancellationToken);
            progress.End();
            return outcome is null ? 1 : await ReportAsync(outcome, progress, target.Location);
        }
        catch (InvalidDataException error)
        {
            progress.End();
            return await FailAsync(error.Message);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            progress.End();
            var code = error is BucketException bucketError ? $"{bucketError.Code}: " : "";
            return await FailAsync($"The copy stopped: {code}{error.Message} Copy again to go on.");
        }
        finally
        {
            from.RemoveScratch();
            to.RemoveScratch();
        }
    }

    /// <summary>Copies, if nobody has the stores. Otherwise says so, and returns null.</summary>
    static async Task<CopyOutcome?> CopyAsync(
        RepositoryStore source, RepositoryStore target, bool isLive, CopyProgress progress,
        CancellationToken cancellationToken)
    {
        var (found, _) = await StoreFormatFile.ReadAsync(source.Store, cancellationToken);
        if (found?.Kind != source.Owner.Kind)
        {
            throw new InvalidDataException(found is null
                ? $"There is no repository in {source.Location}." : $"{source.Location} belongs to the {found.Owner}.");
        }
        await using var sourceHold = await StoreHold.TakeAsync(source, writes: false, cancellationToken);
        if (sourceHold.User is { } reader)
        {
            await Console.Error.WriteLineAsync($"{source.Location} is in use by {reader}. " + (isLive
                ? "Uploads and deletions during the copy may be missing. Copy again to include them."
                : "Stop it; or let it refuse uploads (spec.access.grants with the role Reader only), and add --live."));
            if (!isLive)
                return null;
        }
        await target.Store.PrepareAsync(cancellationToken);
        await using var targetHold = await StoreHold.TakeAsync(target, writes: true, cancellationToken);
        if (targetHold.User is { } writer)
        {
            await Console.Error.WriteLineAsync($"{target.Location} is in use by {writer}. Stop it first.");
            return null;
        }
        if (target.Store.Traits.IsLocal)
            await target.Store.RemoveLeftoversAsync(TimeProvider.System.GetUtcNow(), cancellationToken);
        try
        {
            var copy = new RepositoryCopy(source.Store, target.Store, progress)
            {
                ConfirmAsync = targetHold.ConfirmAsync,
            };
            return await copy.RunAsync(target.Owner, target.TakesOver, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{target.Location} cannot be copied to: {error.Message}.", error);
        }
    }

    static async Task<int> ReportAsync(CopyOutcome outcome, CopyProgress progress, string location)
    {
        foreach (var problem in outcome.Problems)
            await Console.Error.WriteLineAsync(problem);
        if (!outcome.Problems.IsEmpty)
        {
            await Console.Error.WriteLineAsync(
                "Upload these files again, or restore them from a backup; then copy again.");
        }
        await Console.Out.WriteLineAsync(
            $"Copied {outcome.Copied} objects ({CopyProgress.Mebibytes(progress.BytesRead)} MiB) of {outcome.Projects} "
            + $"projects to {location}; {outcome.Existing} were there, {outcome.Problems.Length} have a problem.");
        return outcome.Problems.IsEmpty ? 0 : 1;
    }

    static async Task<int> FailAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return 1;
    }
}
