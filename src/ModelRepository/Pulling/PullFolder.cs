namespace Lineup.ModelRepository.Pulling;

/// <summary>
/// The hidden folder in the repository where pulls work, so that everything takes its final name by a rename within one file system.
/// </summary>
internal sealed class PullFolder
{
    private readonly string _path;

    /// <exception cref="PullException">It cannot be made.</exception>
    public PullFolder(string root)
    {
        _path = Path.Combine(root, ".pull");
        try
        {
            Directory.CreateDirectory(_path);
        }
        catch (Exception exception) when (StorageFailure.IsStorage(exception))
        {
            throw StorageFailure.From(exception, root);
        }
    }

    /// <summary>What came so far of the file with this hash. Named by content, it serves any address that has it.</summary>
    public string PartPath(string sha256) => Path.Combine(_path, sha256 + ".part");

    /// <summary>The folder in which a model is put together.</summary>
    public string AssemblyPath(string model) => Path.Combine(_path, model + ".new");

    /// <summary>Makes sure that one pull alone, of all processes, works on this model until the answer is disposed.</summary>
    /// <exception cref="PullException">Another one does, or the lock cannot be made.</exception>
    public IDisposable Lock(string model)
    {
        var path = Path.Combine(_path, model + ".lock");
        try
        {
            // The file stays behind: deleting it would let one process lock the deleted file while another locks a new one.
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception) when (StorageFailure.IsInUse(exception))
        {
            throw Busy(exception);
        }
        catch (Exception exception) when (StorageFailure.IsStorage(exception))
        {
            throw StorageFailure.From(exception, _path);
        }
    }

    public static PullException Busy(Exception inner) =>
        new(PullError.Busy, "another pull of it is under way", "wait for that one to end, then try again", inner);

    /// <exception cref="PullException">The disk has less room than <paramref name="bytes"/>.</exception>
    public void RequireSpace(long bytes)
    {
        var free = new DriveInfo(_path).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new PullException(
                PullError.DiskFull,
                $"it needs {ByteSize.Format(bytes)} but the disk of {Path.GetDirectoryName(_path)} has {ByteSize.Format(free)} left",
                "free some space, or choose another folder with --repository");
        }
    }
}
