using PyRepo.Server.Content.Repositories;

namespace PyRepo.Server.Endpoints.Uploads;

/// <summary>What is said about a new file that its bytes do not show: only a Maintainer may say so.</summary>
/// <param name="WhenUploaded">Whether it is said when another repository received it.</param>
/// <param name="WhoPublished">Whether its provenance is vouched for.</param>
readonly record struct FileClaims(bool WhenUploaded, bool WhoPublished)
{
    /// <summary>Whether anything is said.</summary>
    public bool Any => WhenUploaded || WhoPublished;

    /// <summary>What the form of an upload says.</summary>
    public static FileClaims From(UploadForm form) => new(form.UploadTime is not null, form.Provenance is not null);

    /// <summary>What a copy of another repository's file says.</summary>
    public static FileClaims From(Distribution copied) =>
        new(copied.UploadedAt is not null, copied.Provenance is not null);
}
