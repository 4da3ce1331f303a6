namespace Lineup.ModelRepository.Pulling;

/// <summary>Says in the operator's words why the repository could not be written to.</summary>
internal static class StorageFailure
{
    // IOException.HResult is the errno on Unix and 0x8007.... on Windows; .NET has no names for them.
    // Full: ENOSPC, EDQUOT on Linux and on macOS. In use: EAGAIN on Linux and on macOS.
    private static readonly int[] Full = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];
    private static readonly int[] InUse = [11, 35, unchecked((int)0x80070020)];
    private const int ReadOnlyFileSystem = 30;

    public static bool IsStorage(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Whether another process, or another part of this one, has the file open for itself.</summary>
    public static bool IsInUse(IOException exception) => InUse.Contains(exception.HResult);

    public static PullException From(Exception exception, string folder)
    {
        const string elsewhere = "or choose another folder with --repository";
        if (exception is UnauthorizedAccessException)
            return new(PullError.NotWritable, $"{folder} may not be written to", $"give this user the right, {elsewhere}", exception);
        if (Full.Contains(exception.HResult))
            return new(PullError.DiskFull, $"the disk of {folder} is full", $"free some space, {elsewhere}", exception);
        if (exception.HResult == ReadOnlyFileSystem)
            return new(PullError.NotWritable, $"{folder} lies on a read-only file system", $"mount it writable, {elsewhere}", exception);

        var what = $"{folder} cannot be written to: {exception.Message.TrimEnd('.').ReplaceLineEndings(" ")}";
        return new(PullError.NotWritable, what, $"check the disk, {elsewhere}", exception);
    }
}
