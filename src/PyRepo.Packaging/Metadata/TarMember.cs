namespace PyRepo.Packaging.Metadata;

/// <summary>One member of a tar archive.</summary>
/// <param name="Path">The path as written.</param>
/// <param name="Type">The type flag: <c>0</c> a file, <c>1</c> and <c>2</c> links, <c>5</c> a directory, ….</param>
/// <param name="Size">The declared size, in bytes.</param>
/// <param name="LinkTarget">The target of a link; empty for other members.</param>
/// <param name="Problem">Why an upload with this header is rejected, or null.</param>
readonly record struct TarMember(string Path, char Type, long Size, string LinkTarget, string? Problem)
{
    public bool IsFile => Type is '0' or '\0' or '7';

    public bool IsDirectory => Type == '5';

    public bool IsHardLink => Type == '1';

    public bool IsSymbolicLink => Type == '2';

    /// <summary>A sparse file of GNU tar, in any of its formats.</summary>
    public bool IsSparse => Type == 'S';

    /// <summary>Whether this describes the next member.</summary>
    public bool IsExtension => Type is 'x' or 'g' or 'L' or 'K';

    /// <summary>The length of the data after the header. Links, directories and devices have none, whatever their size
    /// says.</summary>
    public long DataLength => Type is >= '1' and <= '6' ? 0 : Size;
}
