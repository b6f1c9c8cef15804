namespace PyRepo.Server.Content.Descriptions;

/// <summary>How the text of an element is aligned.</summary>
enum Alignment
{
    /// <summary>As the page does.</summary>
    None,

    /// <summary>In the middle: the class <c>align-center</c>.</summary>
    Center,

    /// <summary>At the right: the class <c>align-right</c>.</summary>
    Right,
}
