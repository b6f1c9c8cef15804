namespace PyRepo.Storage.Buckets;

/// <summary>A bucket's service refuses a write although its condition is met.</summary>
/// <param name="name">The object.</param>
/// <param name="inner">The refusal.</param>
sealed class WrongRefusalException(string name, Exception inner) : IOException(
    $"The service refuses to write '{name}', and says that it was changed. But it shows the version that was asked "
    + "for: its conditional writes do not work.", inner);
