using System.CommandLine;
using System.Net;
using System.Text.Json;
using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Moving;
using PyRepo.Server.Serving.Stores;
using PyRepo.Storage.Directories;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo import</c></summary>
static class ImportCommand
{
    /// <summary>Creates the command for the command line.</summary>
    public static Command Create()
    {
        var folder = new Argument<DirectoryInfo>("FOLDER")
        {
            Description = "The folder of distributions, including subfolders.",
        };
        folder.AcceptExistingOnly();
        var into = new Option<string>("--into")
        {
            Description = "The PythonRepository that receives the distributions.",
            HelpName = "NAME",
            Required = true,
        };
        var manifests = ManifestOptions.Files();
        var data = ManifestOptions.Data();
        var management = ManifestOptions.Management(
            "The management address of a running server, which is asked for its folder if --data is omitted.");
        var command = new Command(
            "import", "Import a folder of distributions into a repository. The server may be running.")
        {
            folder, into, manifests, data, management,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(into),
            [.. parsed.GetRequiredValue(manifests)], parsed.GetRequiredValue(data),
            parsed.GetResult(data) is { Implicit: false } ? null : parsed.GetRequiredValue(management),
            cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(
        string folder, string name, string[] manifests, string data, IPEndPoint? possibleServer,
        CancellationToken cancellationToken)
    {
        var configuration = ConfigurationReader.Read([.. manifests]);
        if (!CheckCommand.Report(configuration, Console.Error))
            return 1;
        if (configuration.Manifests.Resources.FirstOrDefault(
            r => r.Metadata.Name == name) is not PythonRepository target)
        {
            var names = configuration.Manifests.Resources.OfType<PythonRepository>().Select(r => r.Metadata.Name);
            await Console.Error.WriteLineAsync(
                $"--into {name}: there is no PythonRepository with this name.{UsageErrors.Suggestion(name, names)}");
            return UsageErrors.ExitStatus;
        }
        var into = configuration.GetFolder(target, data);
        // Beside a running server, files go into a bucket as from another replica.
        if (possibleServer is not null && target.Spec.Storage.Bucket is null)
        {
            var obstacle = IsInUse(into) ? null : await ObstacleAsync(possibleServer, name, into, cancellationToken);
            if (obstacle is not null)
            {
                await Console.Error.WriteLineAsync($"{obstacle} Choose one with --data.");
                return UsageErrors.ExitStatus;
            }
            await Console.Out.WriteLineAsync(
                $"Importing into {Path.GetFullPath(into)}. To import elsewhere, use --data.");
        }
        RepositoryStore? storage = null;
        Import? import = null;
        try
        {
            storage = new StoreFactory(data, new OwnPorts(), TimeProvider.System).Create(target, configuration);
            import = new Import(storage, target.Spec.Uploads.Overwrite, TimeProvider.System);
            return await ImportAsync(folder, import, name, cancellationToken);
        }
        catch (InvalidDataException error) when (import is { IsOpen: false })
        {
            await Console.Error.WriteLineAsync(
                $"{storage!.Location} cannot be imported into: {error.Message.TrimEnd('.')}.");
            return 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync(
                $"The import into {storage?.Location ?? into} stopped: {error.Message} Files imported so far are "
                + "there; import again later.");
            return 1;
        }
        finally
        {
            foreach (var used in storage?.Resources ?? [])
                used.Dispose();
        }
    }

    /// <summary>Why a folder that nobody uses may be the wrong one; null if no server has the repository.</summary>
    static async Task<string?> ObstacleAsync(
        IPEndPoint server, string name, string folder, CancellationToken cancellationToken) =>
        await RunningServer.ServesAsync(server, name, cancellationToken) switch
        {
            true => $"The server at {server} serves '{name}' from another folder than {folder}.",
            null => $"The server at {server} does not answer, and may serve '{name}' from another folder.",
            false => null,
        };

    /// <summary>Whether a server, or another import, holds the lock of a folder.</summary>
    static bool IsInUse(string folder)
    {
        if (!Directory.Exists(folder))
            return false;
        using var directoryLock = DirectoryLock.TryTake(folder);
        // If the last server did not end in order, that is still for the next one to know.
        directoryLock?.Release(inOrder: directoryLock.WasReleased);
        return directoryLock is null;
    }

    static async Task<int> ImportAsync(
        string folder, Import import, string name, CancellationToken cancellationToken)
    {
        var (imported, existing, rejected) = (0, 0, new List<ImportedFile>());
        var found = new DirectoryListing(folder, "", skip: null, skipped => rejected.Add(
            new ImportedFile(Quote.Path(Path.Combine(folder, skipped.Name)), skipped.Reason, false)));
        var files = found.Objects().Select(file => Path.Combine(folder, file.Key)).ToList();
        var progress = new ProgressBar(files.Count);
        await foreach (var file in import.RunAsync(files, cancellationToken))
        {
            if (file.Rejection is not null)
                rejected.Add(file);
            else if (file.WasThere)
                existing++;
            else
                imported++;
            progress.Advance(Path.GetFileName(file.File));
        }
        progress.End();
        foreach (var file in rejected)
            await Console.Error.WriteLineAsync($"{file.File}: {file.Rejection}");
        await Console.Out.WriteLineAsync(
            $"Imported {imported} files into {name}; {existing} already existed, {rejected.Count} were rejected.");
        return rejected.Count == 0 ? 0 : 1;
    }
}

/// <summary>Asks a server on this machine what it serves.</summary>
static class RunningServer
{
    const int MaxStatusLength = 256 * 1024;
    static readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Returns whether a server with this management address serves a repository. Nobody who listens, or another program
    /// there, means that none does; no answer in time means null, since a server may be busy.
    /// </summary>
    public static async Task<bool?> ServesAsync(
        IPEndPoint management, string repository, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            Timeout = _timeout,
            MaxResponseContentBufferSize = MaxStatusLength,
        };
        try
        {
            var status = await http.GetByteArrayAsync(new Uri($"http://{management}/status"), cancellationToken);
            using var document = JsonDocument.Parse(status);
            return document.RootElement.TryGetProperty("repositories", out var repositories)
                && repositories.EnumerateArray().Any(r => r.GetProperty("name").GetString() == repository);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception error) when (
            error is HttpRequestException or JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return false;
        }
    }
}
