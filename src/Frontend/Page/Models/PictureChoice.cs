namespace Lineup.Frontend.Page.Models;

/// <summary>Where the pictures of a job come from.</summary>
public sealed class PictureChoice
{
    public bool IsDataSet { get; set; }

    /// <summary>Empty until one is chosen.</summary>
    public string DataSet { get; set; } = "";

    /// <summary>What is chosen to be uploaded; null where nothing is.</summary>
    public ChosenFiles? Files { get; set; }

    public bool HasPictures => IsDataSet ? DataSet.Length > 0 : Files is { IsMixed: false };
}
