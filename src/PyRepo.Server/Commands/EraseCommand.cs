using System.CommandLine;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo erase</c></summary>
static class EraseCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var manifests = ManifestOptions.Files();
        var root = new Option<string>("--root")
        {
            Description = "The repository whose data to delete.",
            HelpName = "NAME",
            Required = true,
        };
        var data = ManifestOptions.Data();
        var yes = new Option<bool>("--yes") { Description = "Delete the data. They cannot be restored." };
        var command = new Command("erase", "Delete a repository's data from its bucket.")
        {
            manifests, root, data, yes,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            [.. parsed.GetRequiredValue(manifests)], parsed.GetRequiredValue(root), parsed.GetRequiredValue(data),
            parsed.GetValue(yes), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(
        string[] manifests, string name, string data, bool isAgreed, CancellationToken cancellationToken)
    {
        var configuration = ConfigurationReader.Read([.. manifests]);
        if (!CheckCommand.Report(configuration, Console.Error))
            return 1;
        if (configuration.Manifests.Resources.FirstOrDefault(r => r.Metadata.Name == name) is not { } resource)
        {
            var names = configuration.Manifests.Resources.Select(r => r.Metadata.Name);
            return await UsageAsync(
                $"--root {name}: there is no resource with this name.{UsageErrors.Suggestion(name, names)}");
        }
        if (resource.Storage() is not { } declared)
            return await UsageAsync($"--root {name}: a {resource.Kind} has no data.");
        if (declared.Bucket is not { } bucket)
        {
            return await UsageAsync(
                $"--root {name}: its data are not in a bucket. Stop the server, and delete the folder "
                + $"{Path.GetFullPath(configuration.GetFolder(resource, data))}.");
        }
        // In a cluster, whoever deleted the resource said so.
        if (!isAgreed && !configuration.IsMounted)
        {
            return await UsageAsync(
                $"This deletes all data of {name} in the {bucket.Title}/{bucket.Prefix}. They cannot be "
                + "restored. If you mean it, add --yes.");
        }
        return await EraseAsync(resource, configuration, data, cancellationToken);
    }

    static async Task<int> EraseAsync(
        Resource resource, ServerConfiguration configuration, string data, CancellationToken cancellationToken)
    {
        var where = resource.Metadata.Name;
        try
        {
            using var storage = new StoreFactory(data, new OwnPorts(), TimeProvider.System)
                .Create(resource, configuration);
            where = $"{where} in {storage.Location}";
            var erased = await new RepositoryErasure(storage, TimeProvider.System).RunAsync(cancellationToken);
            await Console.Out.WriteLineAsync(
                $"Erased {where}: {erased.Objects} objects{(erased.IsBucketDeleted ? ", and the bucket" : "")}.");
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            var code = error is BucketException bucketError ? $"{bucketError.Code}: " : "";
            await Console.Error.WriteLineAsync($"{where} is not erased: {code}{error.Message}");
            return 1;
        }
    }

    static async Task<int> UsageAsync(string message)
    {
        await Console.Error.WriteLineAsync(message);
        return UsageErrors.ExitStatus;
    }
}
