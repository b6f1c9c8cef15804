using System.CommandLine;
using PyRepo.Resources.Serving;

namespace PyRepo.Operator.Settings;

/// <summary>The settings on a command line: a file, and options that override it.</summary>
public sealed class SettingsOptions
{
    readonly Option<string?> _file = new("--settings")
    {
        Description = "The operator's settings: a JSON file.",
        HelpName = "FILE",
    };

    readonly Option<string?> _serverImage = new("--server-image")
    {
        Description = "The image of servers whose resource does not name one.",
        HelpName = "IMAGE",
    };

    readonly Option<int?> _maxRollouts = new("--max-rollouts")
    {
        Description = "How many resources roll at once when the image, a setting or a new operator changes their pods. "
            + "[default: 5]",
        HelpName = "NUMBER",
    };

    /// <summary>Makes a command take them.</summary>
    public void AddTo(Command command)
    {
        ArgumentNullException.ThrowIfNull(command);
        command.Options.Add(_file);
        command.Options.Add(_serverImage);
        command.Options.Add(_maxRollouts);
    }

    /// <summary>Reads the settings of a command line.</summary>
    /// <exception cref="SettingsException">The file can't be read, or something in it is wrong.</exception>
    public OperatorSettings Read(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        var settings = parsed.GetValue(_file) is { } file ? SettingsFile.Read(file) : new OperatorSettings();
        if (parsed.GetValue(_serverImage) is { } image)
            SettingsRules.CheckPatterns(ServingRules.ImageName, image, "--server-image");
        return SettingsFile.Checked(settings with
        {
            ServerImage = parsed.GetValue(_serverImage) ?? settings.ServerImage,
            MaxRollouts = parsed.GetValue(_maxRollouts) ?? settings.MaxRollouts,
        });
    }

    /// <summary>Reads the settings of a command that makes servers: they name an image.</summary>
    /// <exception cref="SettingsException">
    /// The file can't be read, something in it is wrong, or there is no image.
    /// </exception>
    public OperatorSettings ReadWithServerImage(ParseResult parsed)
    {
        var settings = Read(parsed);
        return settings.ServerImage.Length > 0
            ? settings
            : throw new SettingsException("serverImage: is required, here or as --server-image");
    }
}
