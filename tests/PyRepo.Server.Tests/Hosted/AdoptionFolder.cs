using Microsoft.Extensions.Logging.Abstractions;
using PyRepo.Packaging.Names;
using PyRepo.Resources.Hosted;
using PyRepo.Server.Content.Repositories;
using PyRepo.Server.Hosted;
using PyRepo.Testing;

namespace PyRepo.Server.Tests.Hosted;

/// <summary>A hosted repository whose folder is scanned, and a wheel to put there.</summary>
sealed class AdoptionFolder : IDisposable
{
    readonly HostedFolder _folder = new();
    Adoption? _adoption;


    /// <summary>The name of the wheel.</summary>
    public static string Name { get; } = WheelFile.GetName("foo", "1.0");

    /// <summary>The bytes of the wheel.</summary>
    public static byte[] Wheel { get; } = WheelFile.Make("foo", "1.0");

    public HostedFolder Folder => _folder;

    public IReadOnlyDictionary<string, string> Refused => _adoption!.NotAdopted;

    public void Dispose() => _folder.Dispose();

    /// <summary>Opens the folder as the storage does.</summary>
    public async Task OpenAsync(Overwrite overwrite = Overwrite.Never)
    {
        var repository = await _folder.OpenAsync(overwrite);
        var adoption = _adoption = new Adoption(repository, _folder.Clock, NullLogger.Instance);
        await repository.Records.ReadAllAsync(
            (_, history) =>
                history.Visible.Where(f => f.FileTime is not null).ToList().ForEach(adoption.RegisterAdopted),
            static (_, _) => { }, CancellationToken.None);
    }

    public Task LookAsync()
    {
        _folder.Clock.Advance(TimeSpan.FromSeconds(2));
        return _adoption!.ScanAsync(CancellationToken.None);
    }

    /// <summary>Puts the wheel, or other bytes under its name, into the folder.</summary>
    public string Put(byte[]? bytes = null, TimeSpan? age = null) =>
        _folder.Put($"packages/{Name}", bytes ?? Wheel, age);

    /// <summary>No file is adopted, but the name is the repository's: no group may look for it elsewhere.</summary>
    public async Task AssertClaimedAsync()
    {
        var answer = await _folder.Repository.GetProjectAsync(ProjectName.Parse("foo"), null, CancellationToken.None);
        Assert.IsNotType<ProjectAnswer.NotKnown>(answer);
        Assert.Empty(answer is ProjectAnswer.Known known ? known.Snapshot.Files : []);
    }
}
