namespace PyRepo.Packaging.Metadata;

/// <summary>One member of a tar archive.</summary>
/// <param name="Path">The path as written.</param>
/// <param name="Type">The type flag: <c>0</c> a file, <c>1</c> and <c>2</c> links, <c>5</c> a directory, ….</param>
/// <param name="Size">The size of the data after the header, in bytes.</param>
/// <param name="LinkTarget">The target of a link; empty for other members.</param>
readonly record struct TarMember(string Path, char Type, long Size, string LinkTarget)
{
    public bool IsFile => Type is '0' or '\0' or '7';

    public bool IsDirectory => Type == '5' || Path.EndsWith('/');

    public bool IsHardLink => Type == '1';

    public bool IsSymbolicLink => Type == '2';
}
