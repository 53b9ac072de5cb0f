namespace BpDao.Consensus;

/// <summary>Keeps what people must look at after an alarm, in files of the data directory. Bounded: the first reports stay, later ones are
/// dropped.</summary>
public interface IReportStore
{
    /// <param name="name">A file name without folder: letters, digits, dots and dashes.</param>
    void Keep(string name, ReadOnlyMemory<byte> content);
}
