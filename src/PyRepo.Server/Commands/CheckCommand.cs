using System.CommandLine;
using PyRepo.Server.Configuration;

namespace PyRepo.Server.Commands;

/// <summary><c>pyrepo check</c></summary>
static class CheckCommand
{
    /// <summary>The command, for the command line.</summary>
    public static Command Create()
    {
        var manifests = ManifestOptions.Files();
        var command = new Command("check", "Say what is wrong with some manifests; exit status 1 if anything is.") { manifests };
        command.SetAction(parsed =>
        {
            var configuration = ConfigurationReader.Read([.. parsed.GetRequiredValue(manifests)]);
            if (!Report(configuration, Console.Error))
                return 1;
            Console.WriteLine($"{configuration.Manifests.Resources.Length} resources, no problem.");
            return 0;
        });
        return command;
    }

    /// <summary>Tells all problems, and all that does nothing yet; false when there is a problem.</summary>
    public static bool Report(ServerConfiguration configuration, TextWriter output)
    {
        foreach (var problem in configuration.Problems)
            output.WriteLine(problem);
        if (!configuration.Problems.IsEmpty)
            return false;
        foreach (var field in configuration.NotSupportedYet)
            output.WriteLine($"warning: {field}");
        return true;
    }
}
