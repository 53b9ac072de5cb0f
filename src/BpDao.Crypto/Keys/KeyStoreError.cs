namespace BpDao.Crypto;

/// <summary>Why a key file did not open.</summary>
public enum KeyStoreError
{
    None,

    /// <summary>Not JSON, a member missing or of another type, hex that is none, or what was encrypted is no private key.</summary>
    Malformed,

    /// <summary>A version, cipher or key derivation that is not known.</summary>
    Unsupported,

    /// <summary>Parameters of the key derivation that would take more than a gigabyte or minutes.</summary>
    TooExpensive,

    /// <summary>The password is wrong, or somebody changed the file.</summary>
    WrongPassword,
}
