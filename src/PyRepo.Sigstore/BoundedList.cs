namespace PyRepo.Sigstore;

/// <summary>A list of JSON, which may be missing, too long, or hold null.</summary>
static class BoundedList
{
    /// <summary>Returns the list; an empty one if it is missing.</summary>
    /// <exception cref="FormatException">It is too long, or holds null.</exception>
    public static IReadOnlyList<T> From<T>(T?[]? list, int maxLength, string name) where T : class =>
        list is null ? []
        : list.Length > maxLength ? throw new FormatException($"it has more than {maxLength} {name}")
        : [.. list.Select(each => each ?? throw new FormatException($"it has null among its {name}"))];
}
