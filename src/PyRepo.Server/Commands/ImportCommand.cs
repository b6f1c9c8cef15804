using System.CommandLine;
using PyRepo.Resources;
using PyRepo.Resources.Problems;
using PyRepo.Server.Configuration;
using PyRepo.Server.Hosted;
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
            Description = "The folder of distributions. Its subfolders are included.",
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
        var command = new Command(
            "import", "Import the distributions in a folder into a repository. The server may be running.")
        {
            folder, into, manifests, data,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            parsed.GetRequiredValue(folder).FullName, parsed.GetRequiredValue(into),
            [.. parsed.GetRequiredValue(manifests)], parsed.GetRequiredValue(data), cancellationToken));
        return command;
    }

    static async Task<int> RunAsync(
        string folder, string name, string[] manifests, string data, CancellationToken cancellationToken)
    {
        var configuration = ConfigurationReader.Read([.. manifests]);
        if (!CheckCommand.Report(configuration, Console.Error))
            return 1;
        if (configuration.Manifests.Resources.FirstOrDefault(
            r => r.Metadata.Name == name) is not PythonRepository target)
        {
            await Console.Error.WriteLineAsync($"--into {name}: there is no PythonRepository with this name.");
            return UsageErrors.ExitStatus;
        }
        if (!SupportedFields.CanServe(target))
        {
            await Console.Error.WriteLineAsync($"--into {name}: its storage is not supported yet.");
            return 1;
        }
        var into = configuration.FolderOf(target, data);
        var import = new Import(into, target.Spec.Uploads.Overwrite, TimeProvider.System);
        try
        {
            return await ImportAsync(folder, import, name, cancellationToken);
        }
        catch (IOException error)
        {
            await Console.Error.WriteLineAsync(
                $"The import into {into} stopped: {error.Message} Files imported so far are there; import again later.");
            return 1;
        }
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
