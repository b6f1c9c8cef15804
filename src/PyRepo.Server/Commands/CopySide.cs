using PyRepo.Egress;
using PyRepo.Resources;
using PyRepo.Server.Serving.Configuration;
using PyRepo.Server.Serving.Stores;

namespace PyRepo.Server.Commands;

/// <summary>A repository that is copied, or copied to, as a manifest declares it.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Configuration">The manifests.</param>
/// <param name="Data">The folder for data.</param>
sealed record CopySide(Resource Resource, ServerConfiguration Configuration, string Data)
{
    /// <summary>
    /// Where parts of files go that are on their way to or from a bucket. No repository has this name.
    /// </summary>
    const string Scratch = ".copy";

    /// <summary>Whether the repository is in a folder that is not there.</summary>
    public bool IsMissing =>
        Resource.Storage()!.Bucket is null && !Directory.Exists(Configuration.GetFolder(Resource, Data));

    /// <summary>Finds the repository. Says what is wrong, and returns null, if there is not exactly one.</summary>
    /// <param name="option">The option that names the manifests, for messages.</param>
    /// <param name="manifests">The files and folders.</param>
    /// <param name="name">The name, or null if there is only one repository.</param>
    /// <param name="data">The folder for data.</param>
    /// <param name="status">The exit status, if there is not exactly one.</param>
    public static CopySide? Find(string option, string[] manifests, string? name, string data, out int status)
    {
        var configuration = ConfigurationReader.Read([.. manifests]);
        status = 1;
        if (!CheckCommand.Report(configuration, Console.Error))
            return null;
        status = UsageErrors.ExitStatus;
        Resource[] stored = [.. configuration.Manifests.Resources.Where(r => r.Storage() is not null)];
        Resource[] found = [.. stored.Where(r => name is null || r.Metadata.Name == name)];
        if (found is [var only])
            return new(only, configuration, data);
        var names = stored.Select(r => r.Metadata.Name).ToList();
        Console.Error.WriteLine(
            name is not null ? $"{option}: there is no repository '{name}'.{UsageErrors.Suggestion(name, names)}"
            : names.Count == 0 ? $"{option}: there is no PythonRepository or ProxyRepository."
            : $"{option}: there are several repositories ({string.Join(", ", names)}). Say with --root which one.");
        return null;
    }

    /// <summary>Opens the store.</summary>
    /// <param name="side">A name that the other side does not have.</param>
    public RepositoryStore Open(string side) => new StoreFactory(
        Resource.Storage()!.Bucket is null ? Data : Path.Combine(Data, Scratch, side),
        new OwnPorts(), TimeProvider.System)
        .Create(Resource, Configuration);

    /// <summary>Removes what <see cref="Open"/> put beside the data.</summary>
    public void RemoveScratch()
    {
        var scratch = Path.Combine(Data, Scratch);
        if (Directory.Exists(scratch))
            Directory.Delete(scratch, recursive: true);
    }
}
