//! Every problem that the API knows: one table, from which come statuses, titles, pages and the document.
//!
//! A line per code: its name, its status, then the title and what it means (with what to do about it), each in
//! English and in Arabic. Latin words inside Arabic stand between U+2068 and U+2069.

use std::fmt;
use std::str::FromStr;

use actix_web::http::StatusCode;

use crate::text::Locale;

macro_rules! catalogue {
    ($($code:ident = $name:literal, $status:ident,
        $title_en:literal, $title_ar:literal,
        $meaning_en:literal, $meaning_ar:literal;)*) => {
        /// The name of a kind of problem, for programs.
        #[derive(Copy, Clone, Eq, PartialEq, Debug, Hash, Ord, PartialOrd)]
        pub enum Code { $(#[doc = $meaning_en] $code,)* }

        impl Code {
            /// Every code, in the order in which a call is checked.
            pub const ALL: &'static [Code] = &[$(Code::$code,)*];

            /// The code as it is answered: `not-found`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$code => $name,)* }
            }

            /// The status that goes with it.
            pub fn status(self) -> StatusCode {
                match self { $(Code::$code => StatusCode::$status,)* }
            }

            /// A short title.
            pub fn title(self, locale: Locale) -> &'static str {
                match self { $(Code::$code => locale.pick($title_ar, $title_en),)* }
            }

            /// What it means and what to do about it.
            pub fn meaning(self, locale: Locale) -> &'static str {
                match self { $(Code::$code => locale.pick($meaning_ar, $meaning_en),)* }
            }
        }
    };
}

catalogue! {
    Unauthenticated = "unauthenticated", UNAUTHORIZED,
        "Sign in first", "سجّل الدخول أولًا",
        "This call is for those who have signed in, and the request carried no token. Send `Authorization: Bearer` with an access token.",
        "هذا الطلب متاح لمن سجّل الدخول، ولم يُرسَل معه رمز وصول. أرسِل الترويسة \u{2068}`Authorization: Bearer`\u{2069} متبوعةً برمز الوصول.";
    InvalidToken = "invalid-token", UNAUTHORIZED,
        "The token is no longer good", "رمز الوصول غير صالح",
        "The token is malformed, has expired, was revoked, no longer matches your roles, or is used from a network that is not among its own. Refresh it, or sign in again; a machine exchanges its access token anew, or asks its admin.",
        "رمز الوصول غير صحيح، أو انتهت صلاحيته، أو أُلغي، أو تغيّرت أدوارك بعد إصداره، أو استُخدم من شبكة غير مسموحة. جدِّد الرمز أو سجّل الدخول من جديد، وللأنظمة الآلية: اطلب رمزًا جديدًا أو راجِع مشرف الجهة.";
    InvalidCredentials = "invalid-credentials", UNAUTHORIZED,
        "Wrong account or password", "بيانات الدخول غير صحيحة",
        "No account has this e-mail or phone number together with this password. Check both; an admin of your organisation can give you a reset code.",
        "لا يوجد حساب بهذا البريد أو رقم الهاتف مع كلمة المرور هذه. راجِع البيانات، ويمكن لمشرف جهتك أن يصدر لك رمز استعادة.";
    SecondFactorRequired = "second-factor-required", UNAUTHORIZED,
        "Give a code of your second factor", "أدخِل رمز التحقق بخطوتين",
        "The password is right, and the account asks for a second factor. Send `challenge` with a code of the authenticator app, or with a recovery code, to `POST /v1/auth/second-factor` before `expires_at`. Who was accepting an invitation accepts it afterwards, signed in.",
        "كلمة المرور صحيحة، والحساب محمي بالتحقق بخطوتين. أرسِل \u{2068}`challenge`\u{2069} مع رمز من تطبيق المصادقة أو رمز احتياطي إلى \u{2068}`POST /v1/auth/second-factor`\u{2069} قبل حلول \u{2068}`expires_at`\u{2069}. ومن كان يقبل دعوة فليقبلها بعد تسجيل الدخول.";
    SecondFactorInvalid = "second-factor-invalid", UNAUTHORIZED,
        "The code is not right", "رمز التحقق غير صحيح",
        "The code is wrong, was used already, or its time is over; or the password was changed meanwhile. Wait for the next code of the app, on a device whose clock is right, or use a recovery code.",
        "الرمز خاطئ، أو استُخدم من قبل، أو انتهى وقته، أو تغيّرت كلمة المرور بعد إدخالها. انتظر الرمز التالي في التطبيق وتأكّد من ضبط ساعة جهازك، أو استخدم رمزًا احتياطيًا.";
    ChallengeExpired = "challenge-expired", UNAUTHORIZED,
        "Sign in with your password again", "أدخِل كلمة المرور من جديد",
        "More than 5 minutes have passed between password and code. Sign in with the password again, then give a code.",
        "مضى أكثر من 5 دقائق بين إدخال كلمة المرور وإدخال الرمز. سجّل الدخول بكلمة المرور من جديد ثم أدخِل الرمز.";
    RefreshReused = "refresh-reused", UNAUTHORIZED,
        "The session was ended", "أُنهيت الجلسة",
        "This refresh token was already replaced by a newer one, so a copy of it may be in other hands and the session was ended. Sign in again.",
        "استُبدل رمز التجديد هذا من قبل، وقد تكون نسخة منه وقعت في يد أخرى، ولذلك أُنهيت الجلسة. سجّل الدخول من جديد.";
    InvalidClient = "invalid-client", UNAUTHORIZED,
        "The client is not known", "تعذّر التحقق من هوية التطبيق",
        "No access token that works now, and from this address, has this id and this secret. Send the token's id as `client_id` and the token itself as `client_secret`, by HTTP Basic or in the form; an admin of the organisation sees the token's state and can make another.",
        "لا يوجد رمز وصول صالح الآن ومن هذا العنوان بهذا المعرّف وهذا السر. أرسِل معرّف الرمز في \u{2068}`client_id`\u{2069} والرمز نفسه في \u{2068}`client_secret`\u{2069}، بطريقة \u{2068}HTTP Basic\u{2069} أو ضمن حقول النموذج. ويطّلع مشرف الجهة على حالة الرمز وله أن يصدر غيره.";
    MethodNotAllowed = "method-not-allowed", METHOD_NOT_ALLOWED,
        "This path does not take this method", "الطريقة غير متاحة لهذا المسار",
        "The path exists but not with this method. The `Allow` header names those that it takes.",
        "المسار موجود لكنه لا يقبل هذه الطريقة. تجد الطرق المقبولة في الترويسة \u{2068}`Allow`\u{2069}.";
    NotFound = "not-found", NOT_FOUND,
        "There is no such thing here", "غير موجود",
        "Nothing is at this path, or nothing that you may see. Check the path and the id, and on whose behalf you ask.",
        "لا يوجد شيء في هذا المسار، أو لا يحق لك الاطلاع عليه. راجِع المسار والمعرّف والجهة التي تعمل باسمها.";
    UnsupportedMediaType = "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE,
        "The body is of a type that is not taken", "نوع المحتوى غير مقبول",
        "Send bodies as `application/json` in UTF-8, uncompressed; a PATCH also as `application/merge-patch+json`. What stands below `/v1/oauth` takes `application/x-www-form-urlencoded`.",
        "أرسِل المحتوى بصيغة \u{2068}`application/json`\u{2069} وبترميز \u{2068}UTF-8\u{2069} ومن غير ضغط، ويُقبل في \u{2068}PATCH\u{2069} أيضًا \u{2068}`application/merge-patch+json`\u{2069}. أما ما تحت \u{2068}`/v1/oauth`\u{2069} فيقبل \u{2068}`application/x-www-form-urlencoded`\u{2069}.";
    BodyTooLarge = "body-too-large", PAYLOAD_TOO_LARGE,
        "The body is too large", "المحتوى أكبر من الحد المسموح",
        "A body may be up to 256 KiB. Shorten the texts or send the parts one after the other.",
        "الحد الأعلى للمحتوى 256 كيلوبايت. اختصِر النصوص أو أرسِل الأجزاء واحدًا بعد الآخر.";
    MalformedJson = "malformed-json", BAD_REQUEST,
        "The body is not JSON", "المحتوى ليس \u{2068}JSON\u{2069} صحيحًا",
        "The body cannot be read as JSON in UTF-8, or is nested more than 32 deep. `line` and `column` say where reading stopped.",
        "تعذّرت قراءة المحتوى على أنه \u{2068}JSON\u{2069} بترميز \u{2068}UTF-8\u{2069}، أو تجاوز تداخله 32 مستوى. يبيّن \u{2068}`line`\u{2069} و\u{2068}`column`\u{2069} موضع التوقف.";
    InvalidParameter = "invalid-parameter", BAD_REQUEST,
        "A parameter is wrong", "معامل غير صحيح",
        "A query parameter or header is unknown, repeated or has a value that it does not take. `errors` names each of them.",
        "أحد معاملات الاستعلام أو الترويسات غير معروف أو مكرَّر أو قيمته غير مقبولة. تجد كلًّا منها في \u{2068}`errors`\u{2069}.";
    InvalidCursor = "invalid-cursor", BAD_REQUEST,
        "The cursor does not fit", "مؤشر الصفحة غير صالح",
        "The cursor was altered or belongs to a list with other filters. Begin again without `cursor`, or follow `next_cursor` with the same filters.",
        "مؤشر الصفحة معدَّل أو يخص قائمة بمرشّحات أخرى. ابدأ من غير \u{2068}`cursor`\u{2069}، أو تابع \u{2068}`next_cursor`\u{2069} بالمرشّحات نفسها.";
    InvalidRequest = "invalid-request", BAD_REQUEST,
        "The form is wrong", "النموذج المرسَل غير صحيح",
        "A parameter that OAuth 2.0 asks for is missing, is given twice or is not written as it should be, or the client authenticates itself in two ways at once. `error_description` says which.",
        "أحد المعاملات التي يتطلبها \u{2068}OAuth 2.0\u{2069} ناقص أو مكرَّر أو ليس بالصيغة المطلوبة، أو أثبت التطبيق هويته بطريقتين معًا. ويبيّن \u{2068}`error_description`\u{2069} موضع الخطأ.";
    UnsupportedGrantType = "unsupported-grant-type", BAD_REQUEST,
        "This grant is not given", "طريقة طلب رمز الوصول غير مدعومة",
        "Access is granted to a client by its own credentials alone: send `grant_type=client_credentials`. People sign in at `/v1/auth/login`.",
        "يُمنح الوصول للتطبيق ببيانات اعتماده وحدها، فأرسِل \u{2068}`grant_type=client_credentials`\u{2069}. أما الأشخاص فيسجّلون الدخول من \u{2068}`/v1/auth/login`\u{2069}.";
    InvalidScope = "invalid-scope", BAD_REQUEST,
        "More than the access token may do", "الصلاحيات المطلوبة تتجاوز صلاحيات رمز الوصول",
        "`scope` names rights, set apart by one blank, that the access token holds at this moment; `/v1/permissions` lists all of them. This one names another, or none is held at all. Without `scope` all that are held are given.",
        "يحدّد \u{2068}`scope`\u{2069} صلاحيات يملكها رمز الوصول في هذه اللحظة، بينها فراغ واحد، وتجدها كلها في \u{2068}`/v1/permissions`\u{2069}. وقد ذُكرت هنا صلاحية غيرها، أو لم يعد للرمز أي صلاحية. وإن لم يُرسَل \u{2068}`scope`\u{2069} مُنحت كل صلاحيات الرمز.";
    Forbidden = "forbidden", FORBIDDEN,
        "You may not do this", "لا تملك صلاحية هذا الإجراء",
        "Your role does not have the right that this call needs; `required_permission` names it. An admin of your organisation can change your role.",
        "دورك لا يشمل الصلاحية التي يتطلبها هذا الإجراء، واسمها في \u{2068}`required_permission`\u{2069}. يمكن لمشرف جهتك تغيير دورك.";
    PersonRequired = "person-required", FORBIDDEN,
        "A person has to do this", "هذا الإجراء لا يقوم به إلا شخص سجّل الدخول",
        "The request carried an access token. What concerns an account, making and adopting access tokens, and signing a programme are done by a person who has signed in.",
        "أُرسل الطلب برمز وصول آلي. ما يخص الحساب الشخصي، وإنشاء رموز الوصول وتبنّيها، وتوقيع البرامج، لا يقوم به إلا شخص سجّل الدخول.";
    PasswordChangeRequired = "password-change-required", FORBIDDEN,
        "Change your password first", "غيّر كلمة المرور أولًا",
        "You signed in with a temporary password. Choose one of your own with `POST /v1/me/password`; everything else waits until then.",
        "سجّلت الدخول بكلمة مرور مؤقتة. اختر كلمة مرور خاصة بك عبر \u{2068}`POST /v1/me/password`\u{2069}، ولن يتاح غير ذلك قبلها.";
    SecondFactorSetupRequired = "second-factor-setup-required", FORBIDDEN,
        "Set up your second factor first", "فعّل التحقق بخطوتين أولًا",
        "Who administers this network needs a second factor. Set it up with `POST /v1/me/totp` and `POST /v1/me/totp/confirm`, then refresh your token; until then only your own account is open to you.",
        "يُشترط التحقق بخطوتين لمن يشرف على هذه الشبكة. فعّله عبر \u{2068}`POST /v1/me/totp`\u{2069} ثم \u{2068}`POST /v1/me/totp/confirm`\u{2069}، ثم جدِّد رمز الوصول، ولن يتاح لك قبل ذلك غير حسابك الشخصي.";
    OrganisationAmbiguous = "organisation-ambiguous", BAD_REQUEST,
        "Say for which organisation you act", "حدّد الجهة التي تعمل باسمها",
        "You could do this for more than one of your organisations. Send the id of the one you mean in the header `Awasir-Organisation`.",
        "يمكنك القيام بهذا باسم أكثر من جهة. أرسِل معرّف الجهة المقصودة في الترويسة \u{2068}`Awasir-Organisation`\u{2069}.";
    NoGrant = "no-grant", FORBIDDEN,
        "You have no leave to read the donor's contact", "لا إذن لك بالاطلاع على بيانات اتصال الداعم",
        "The donor's contact is read by the beneficiary once donor and beneficiary were introduced, and while the organisation whose donor it is gives leave. It was not given, or was taken back.",
        "تطّلع الجهة المستفيدة على بيانات اتصال الداعم بعد التعريف به وما دام إذن الجهة صاحبة العلاقة به قائمًا. لم يُعطَ الإذن بعد، أو سُحب.";
    NotAMember = "not-a-member", FORBIDDEN,
        "You are not of this organisation", "لست من فريق هذه الجهة",
        "The header `Awasir-Organisation` names an organisation in which you have no role. Leave it out or name one of yours; `GET /v1/me` lists them.",
        "الترويسة \u{2068}`Awasir-Organisation`\u{2069} تحمل معرّف جهة ليس لك فيها دور. احذفها أو اذكر إحدى جهاتك، وتجدها في \u{2068}`GET /v1/me`\u{2069}.";
    OrganisationSuspended = "organisation-suspended", FORBIDDEN,
        "The organisation's membership is suspended", "عضوية الجهة معلّقة",
        "While its membership is suspended an organisation's people can read and export what is its own, and nothing else. The network's admin can reinstate it.",
        "ما دامت عضوية الجهة معلّقة فلفريقها الاطلاع على ما يخصها وتصديره لا غير. يمكن لمشرف الشبكة إعادة العضوية.";
    IdempotencyMismatch = "idempotency-mismatch", UNPROCESSABLE_ENTITY,
        "This key was used for another request", "استُخدم هذا المفتاح لطلب آخر",
        "The `Idempotency-Key` was already used with other content. Use a new key for a new request, and the same content when you try again.",
        "استُخدم \u{2068}`Idempotency-Key`\u{2069} هذا من قبل بمحتوى مختلف. اجعل لكل طلب جديد مفتاحًا جديدًا، وأعد المحاولة بالمحتوى نفسه.";
    IdempotencyInFlight = "idempotency-in-flight", CONFLICT,
        "The first request is still under way", "الطلب الأول ما زال قيد التنفيذ",
        "A request with this `Idempotency-Key` has not been answered yet. Wait a moment and send the same request again.",
        "لم يكتمل بعد طلب سابق بالمفتاح نفسه \u{2068}`Idempotency-Key`\u{2069}. انتظر قليلًا ثم أعد إرسال الطلب كما هو.";
    VersionRequired = "version-required", PRECONDITION_REQUIRED,
        "Say which version you saw", "حدّد النسخة التي اطّلعت عليها",
        "This change needs the version that you read, so that nobody's work is overwritten. Send the ETag in `If-Match` (or, where the action takes it, `version`).",
        "يتطلب هذا التغيير ذكر النسخة التي قرأتها حتى لا يضيع عمل غيرك. أرسِل \u{2068}`ETag`\u{2069} في الترويسة \u{2068}`If-Match`\u{2069}، أو \u{2068}`version`\u{2069} حيث يقبله الإجراء.";
    VersionMismatch = "version-mismatch", PRECONDITION_FAILED,
        "It has changed since you read it", "طرأ تغيير بعد اطّلاعك",
        "Somebody changed this after the version that you named. Read it again, look at `changed_fields`, and repeat your change with the new version.",
        "غيّر شخص آخر هذا السجل بعد النسخة التي ذكرتها. اقرأه من جديد وراجِع \u{2068}`changed_fields`\u{2069} ثم أعد تغييرك على النسخة الجديدة.";
    ValidationFailed = "validation-failed", UNPROCESSABLE_ENTITY,
        "Some of what was sent is wrong", "بعض البيانات المرسلة غير صحيحة",
        "Members of the body are missing, unknown or not as they should be. `errors` names all of them, each with its place, a code and an explanation.",
        "في المحتوى حقول ناقصة أو غير معروفة أو غير صحيحة. تجدها كلها في \u{2068}`errors`\u{2069}، ولكلٍّ منها موضعه ورمزه وشرحه.";
    WeekdayMismatch = "weekday-mismatch", UNPROCESSABLE_ENTITY,
        "The weekday does not go with the date", "اليوم لا يوافق التاريخ",
        "The date falls on another weekday than the one given. Correct one of them; where day and month look exchanged, the answer offers the other date.",
        "التاريخ المذكور يوافق يومًا آخر من أيام الأسبوع. صحّح أحدهما، وإن بدا أن اليوم والشهر تبادلا موضعيهما فستجد التاريخ المقترح في الرد.";
    StateConflict = "state-conflict", CONFLICT,
        "Not in its present state", "لا يصح هذا في الحالة الراهنة",
        "What you asked for is not possible in the state that the thing is in. `state` names it and `allowed_actions` says what you can do now.",
        "الإجراء المطلوب غير ممكن في الحالة الراهنة. تجد الحالة في \u{2068}`state`\u{2069} وما يمكنك فعله الآن في \u{2068}`allowed_actions`\u{2069}.";
    BothSides = "both-sides", CONFLICT,
        "One person cannot answer for both sides", "لا يجوز أن يردّ شخص واحد عن الطرفين",
        "You already answered for the other side of this visit. Somebody else of this organisation has to answer for it.",
        "سبق أن رددت باسم الطرف الآخر في هذه الزيارة. يلزم أن يردّ عن هذه الجهة شخص آخر من فريقها.";
    TooEarly = "too-early", CONFLICT,
        "It is too early for this", "لم يحن وقت هذا الإجراء بعد",
        "The day from which this can be done has not come. Try again then, or propose another date if the plan has changed.",
        "لم يحلّ بعد اليوم الذي يصح فيه هذا الإجراء. أعد المحاولة في موعده، أو اقترح موعدًا آخر إن تغيّرت الخطة.";
    TooLate = "too-late", CONFLICT,
        "It is too late for this", "فات وقت هذا الإجراء",
        "The time within which this could be done has passed. `allowed_actions` says what you can still do.",
        "انقضت المدة التي كان يصح فيها هذا الإجراء. تجد ما يمكنك فعله الآن في \u{2068}`allowed_actions`\u{2069}.";
    TermsChanged = "terms-changed", CONFLICT,
        "The terms are not those that you read", "البنود ليست التي اطّلعت عليها",
        "The revision or the digest that you signed is not the one that is to be signed now. Read the terms again; `revision` and `digest` name them.",
        "الصيغة أو البصمة التي وقّعت عليها ليست المعروضة للتوقيع الآن. اقرأ البنود من جديد، وتجد صيغتها في \u{2068}`revision`\u{2069} وبصمتها في \u{2068}`digest`\u{2069}.";
    AmendmentPending = "amendment-pending", CONFLICT,
        "Something else waits for signatures", "ثمة تعديل آخر بانتظار التوقيع",
        "An amendment, or the removal of a partner, waits for signatures already. Have it signed or declined first; the programme shows it.",
        "يوجد تعديل أو إخراج شريك بانتظار التوقيع. ليُوقَّع أو يُرفض أولًا، وتجده في بيانات البرنامج.";
    RequirementsMissing = "requirements-missing", CONFLICT,
        "Not everything that is required is there", "لم تكتمل المتطلّبات",
        "The registration can be recorded once no requirement of the dossier is missing or in progress; `requirements` lists those that are. Bring them up to date first.",
        "يُثبَت التسجيل متى لم يبقَ في الملف متطلّب ناقص أو قيد التجهيز، وتجد المتبقي منها في \u{2068}`requirements`\u{2069}. حدِّث حالتها أولًا.";
    LastAdmin = "last-admin", CONFLICT,
        "An organisation keeps at least one admin", "لا بد من بقاء مشرف واحد على الأقل",
        "This person is the last admin of the organisation. Make somebody else an admin first.",
        "هذا الشخص آخر مشرف للجهة. عيّن مشرفًا آخر أولًا ثم أعد المحاولة.";
    LastNetworkAdmin = "last-network-admin", CONFLICT,
        "The network keeps at least one admin", "لا بد للشبكة من مشرف واحد على الأقل",
        "You are the last who administers the network. Have somebody else made its admin first; those who run the server can invite one.",
        "أنت آخر مشرف للشبكة. ليُعيَّن لها مشرف آخر أولًا، ويمكن للقائمين على الخادم دعوته.";
    LeadsActiveProgramme = "leads-active-programme", CONFLICT,
        "The organisation leads active programmes", "الجهة تقود برامج جارية",
        "An organisation that leads programmes under way cannot leave. Hand their lead over or complete them first; the answer lists them.",
        "لا يمكن انسحاب جهة تقود برامج جارية. سلّم قيادتها لجهة أخرى أو أكمِلها أولًا، وتجد قائمتها في الرد.";
    IdTaken = "id-taken", CONFLICT,
        "This id is in use", "المعرّف مستخدم من قبل",
        "The id that you chose belongs to something else already. Make a new random one (UUID version 4 or 7) and send the request again.",
        "المعرّف الذي اخترته مستخدم لشيء آخر. أنشئ معرّفًا عشوائيًّا جديدًا (\u{2068}UUID\u{2069} بالإصدار 4 أو 7) وأعد إرسال الطلب.";
    ExternalIdTaken = "external-id-taken", CONFLICT,
        "Another organisation has this external id", "المعرّف الخارجي مسجّل لجهة أخرى",
        "An active organisation already carries this id of the same scheme. Check it; if it is rightly yours, ask the network's admin.",
        "توجد جهة نشطة تحمل هذا المعرّف في النظام نفسه. تحقّق منه، وإن كان لجهتك فراسل مشرف الشبكة.";
    EmailTaken = "email-taken", CONFLICT,
        "This e-mail is in use", "البريد الإلكتروني مستخدم من قبل",
        "Somebody of your organisation already has this e-mail address. Use another or change that person's entry.",
        "هذا البريد مسجّل لشخص آخر في جهتك. استخدم بريدًا غيره أو عدّل بيانات ذلك الشخص.";
    PhoneTaken = "phone-taken", CONFLICT,
        "This phone number is in use", "رقم الهاتف مستخدم من قبل",
        "Somebody of your organisation already has this phone number. Use another or change that person's entry.",
        "هذا الرقم مسجّل لشخص آخر في جهتك. استخدم رقمًا غيره أو عدّل بيانات ذلك الشخص.";
    PossibleDuplicate = "possible-duplicate", CONFLICT,
        "This may be there already", "قد يكون مسجّلًا من قبل",
        "Something of the same name is already listed in the same place; `candidates` shows it. Use that one, or send `confirm_new`: true if yours is another.",
        "يوجد في المكان نفسه سجل بالاسم نفسه، وتجده في \u{2068}`candidates`\u{2069}. استخدمه، أو أرسِل \u{2068}`confirm_new`: true\u{2069} إن كان المقصود غيره.";
    AlreadyMember = "already-member", CONFLICT,
        "This person is a member already", "هذا الشخص عضو في الفريق من قبل",
        "The person already has a role in this organisation. Change the role of the existing member instead.",
        "لهذا الشخص دور في هذه الجهة من قبل. غيّر دور العضو الموجود بدلًا من إضافته.";
    CommitmentTaken = "commitment-taken", CONFLICT,
        "The commitment is being fulfilled already", "الالتزام قيد الوفاء به من قبل",
        "Something else already arises from this commitment. Open that one, or create yours without `arises_from_commitment_id`.",
        "نشأ عن هذا الالتزام شيء آخر من قبل. افتح ذلك السجل، أو أنشئ سجلك من غير \u{2068}`arises_from_commitment_id`\u{2069}.";
    AlreadyReversed = "already-reversed", CONFLICT,
        "The entry was reversed already", "سبق عكس هذا القيد",
        "An entry is reversed once, and another one did so. Read the list again; enter anew what should stand in its place.",
        "يُعكس القيد مرة واحدة، وقد عكسه قيد آخر من قبل. اقرأ القائمة من جديد وأدخل ما يحلّ محله إن لزم.";
    PledgeExceeded = "pledge-exceeded", CONFLICT,
        "It is more than what is left of the pledge", "ما يُحسب أكبر من المتبقي من التعهّد",
        "What counts against a pledge never comes to more than was pledged; `left` says what is left. If the donor gave more, say so with `surplus`.",
        "لا يتجاوز ما يُحسب من التعهّد ما تُعُهّد به، والعضو \u{2068}`left`\u{2069} يبيّن المتبقي. إن كان الداعم قد أعطى أكثر فأرسِل \u{2068}`surplus`\u{2069}.";
    InUse = "in-use", CONFLICT,
        "Something else still refers to it", "ما زال مستخدمًا في سجل آخر",
        "Other entries refer to this one, so it cannot be removed. Change those first.",
        "تشير إليه سجلات أخرى فلا يمكن حذفه. عدّل تلك السجلات أولًا.";
    LimitReached = "limit-reached", CONFLICT,
        "There can be no more of these", "بلغ العدد حدّه الأعلى",
        "The highest number of these is reached. Remove one that is no longer needed, then try again.",
        "بلغ العدد المسموح به حدّه الأعلى. احذف ما لم تعد تحتاج إليه ثم أعد المحاولة.";
    InvitationInvalid = "invitation-invalid", NOT_FOUND,
        "The invitation is not good", "الدعوة غير صالحة",
        "The invitation does not exist, was used or withdrawn, or is older than 7 days. Ask the one who invited you for a new one.",
        "الدعوة غير موجودة، أو استُخدمت، أو سُحبت، أو مضى عليها أكثر من 7 أيام. اطلب دعوة جديدة ممّن دعاك.";
    MailOff = "mail-off", CONFLICT,
        "This server sends no mail", "هذا الخادم لا يرسل بريدًا",
        "Those who run the server have not set up mail. An admin of your organisation can give you a reset code.",
        "لم يُعِدّ القائمون على الخادم إرسال البريد. يمكن لمشرف جهتك أن يصدر لك رمز استعادة.";
    ResetCodeInvalid = "reset-code-invalid", NOT_FOUND,
        "The reset code is not good", "رمز الاستعادة غير صالح",
        "The reset code does not exist, was used, or is too old: one that was read out works for 24 hours, one that was mailed for 30 minutes. Ask for a new one.",
        "رمز الاستعادة غير موجود، أو استُخدم، أو انتهت مدته: 24 ساعة لما أصدره مشرف الجهة، و30 دقيقة لما وصل بالبريد. اطلب رمزًا جديدًا.";
    RateLimited = "rate-limited", TOO_MANY_REQUESTS,
        "Too many requests", "طلبات كثيرة في وقت قصير",
        "You have sent more requests than are taken in this time. Wait as many seconds as `Retry-After` says.",
        "تجاوزت عدد الطلبات المسموح به في هذه المدة. انتظر عدد الثواني المذكور في الترويسة \u{2068}`Retry-After`\u{2069}.";
    Unavailable = "unavailable", SERVICE_UNAVAILABLE,
        "Not at the moment", "الخدمة غير متاحة الآن",
        "The server cannot answer now; nothing was changed. Try the same request again after the seconds that `Retry-After` says.",
        "لا يستطيع الخادم الرد الآن ولم يتغيّر شيء. أعد الطلب نفسه بعد عدد الثواني المذكور في الترويسة \u{2068}`Retry-After`\u{2069}.";
    Internal = "internal", INTERNAL_SERVER_ERROR,
        "Something went wrong on our side", "حدث خطأ من جهتنا",
        "The server met something that it did not expect. Give `request_id` to those who run the server; they find the cause in its log.",
        "صادف الخادم أمرًا غير متوقع. أبلِغ القائمين على الخادم بقيمة \u{2068}`request_id`\u{2069} ليجدوا السبب في سجلاته.";
}

impl Code {
    /// Whether it is one of OAuth 2.0's, of which `/v1/oauth` speaks and nothing else.
    pub fn is_oauth(self) -> bool {
        matches!(
            self,
            Code::InvalidClient | Code::InvalidRequest | Code::UnsupportedGrantType | Code::InvalidScope
        )
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Code {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Code::ALL.iter().copied().find(|code| code.as_str() == text).ok_or(())
    }
}

/// The codes that stand in `errors[]`: the code, then what it means in Arabic and in English.
pub const FIELD_CODES: &[(&str, &str, &str)] = &[
    ("required", "الحقل مطلوب", "it has to be given"),
    ("wrong-type", "نوع القيمة غير صحيح", "the value is of another type"),
    ("unknown-field", "حقل غير معروف", "there is no member of this name"),
    ("duplicate-field", "الحقل مكرَّر", "the member is given twice"),
    ("read-only", "الحقل للقراءة فقط", "it cannot be changed this way"),
    ("unknown-value", "القيمة ليست من القيم المقبولة", "the value is none of those taken"),
    ("invalid-format", "صيغة القيمة غير صحيحة", "the value is not written as it should be"),
    ("invalid-id", "المعرّف ليس بصيغة UUID", "it is no UUID, or none that a client may choose"),
    ("invalid-instant", "اللحظة ليست بالصيغة المطلوبة", "it is no instant of RFC 3339"),
    ("invalid-date", "التاريخ غير صحيح", "it is no date of the calendar, written YYYY-MM-DD"),
    ("invalid-time", "الوقت غير صحيح", "it is no time of day, written HH:MM"),
    ("unknown-time-zone", "المنطقة الزمنية غير معروفة", "there is no time zone of this name"),
    ("invalid-email", "البريد الإلكتروني غير صحيح", "it is no e-mail address"),
    ("invalid-phone", "رقم الهاتف غير صحيح", "it is no phone number"),
    ("invalid-language-tag", "رمز اللغة غير صحيح", "it is no language tag of RFC 5646"),
    ("unknown-country", "رمز الدولة غير معروف", "there is no country of this code"),
    ("unknown-currency", "رمز العملة غير معروف", "there is no currency of this code"),
    ("unknown-pcode", "رمز الموقع غير معروف", "there is no state or locality of this P-code"),
    ("wrong-country", "الرمز لا يتبع هذه الدولة أو الولاية", "the place does not lie in that country or state"),
    ("out-of-range", "القيمة خارج المدى", "the value lies outside its bounds"),
    ("outside-admin1", "المحلية خارج الولاية", "the locality is not in that state"),
    ("not-both", "لا يجتمع الحقلان", "the two cannot be given together"),
    ("too-short", "النص قصير أو فارغ", "the text is too short or empty"),
    ("too-long", "النص أطول من الحد", "the text is too long"),
    ("too-few", "العناصر أقل من المطلوب", "there are too few items"),
    ("too-many", "العناصر أكثر من المسموح", "there are too many items"),
    ("too-small", "الرقم أصغر من الحد", "the number is too small"),
    ("too-large", "الرقم أكبر من الحد", "the number is too large"),
    ("too-many-decimals", "الخانات العشرية أكثر من المسموح", "the number has too many decimals"),
    ("forbidden-character", "النص يحوي رمزًا غير مسموح", "the text has a character that is not taken"),
    ("candidate", "جهة يمكن العمل باسمها", "an organisation that could be meant"),
    ("other-currency", "العملة تخالف عملة الحقل الآخر", "it is in another currency than the amount beside it"),
    ("other-unit", "الوحدة تخالف وحدة التعهّد", "it is in another unit than the pledge"),
    ("not-needed", "لا حاجة إلى الحقل هنا", "it has no place here"),
    ("duplicate-value", "القيمة مكرَّرة", "the value is given twice"),
    ("unknown-reference", "لا يوجد ما تشير إليه القيمة", "what it refers to does not exist"),
    ("not-a-partner", "الجهة ليست من شركاء البرنامج", "the organisation is no partner of the programme"),
    ("outside-period", "التاريخ خارج مدة البرنامج", "the days lie outside the programme's period"),
    ("overlaps", "المدة تتداخل مع غيرها", "the days overlap those of another"),
    ("invalid-network", "الشبكة ليست بالصيغة المطلوبة", "it is no network in CIDR"),
    ("not-held", "صلاحية لا تملكها", "it is more than its maker, or its role, may"),
    ("not-narrower", "القيمة أوسع من السابقة", "it is wider than before, and can only be narrowed"),
    ("differs", "القيمة تخالف القيد المعكوس", "the reversed entry says something else"),
    ("is-a-reversal", "القيد العكسي لا يُعكس", "a reversing entry is not reversed itself"),
    ("not-the-lead", "القيادة تُسلَّم بإجراء مستقل", "the lead is handed over by an action of its own"),
    ("does-not-hold", "السبب لا ينطبق على الجهة", "the reason does not hold of the organisation"),
    ("not-a-party", "الجهة ليست من أطراف الزيارة", "the organisation is no party of the visit"),
    (
        "own-organisation-missing",
        "جهتك ليست بين الأطراف",
        "the organisation that you act for is not among them",
    ),
    ("own-organisation", "الجهة هي صاحبة الملف نفسها", "the organisation is the one whose it is"),
    ("wrong-side", "الجهة في الطرف الآخر من الزيارة", "the organisation stands on the other side"),
    ("not-yours", "تحدّده جهة أخرى", "another organisation says this"),
    ("in-use", "ما زال مستخدمًا في سجل آخر", "something else still refers to it"),
    ("id-taken", "المعرّف مستخدم من قبل", "the id belongs to something else already"),
    ("weekday-mismatch", "اليوم لا يوافق التاريخ", "the weekday does not go with the date"),
    ("too-common", "كلمة المرور شائعة", "the password is one of the commonest"),
    ("same-as-login", "كلمة المرور هي نفسها اسم الدخول", "the password is what one signs in with"),
    ("unknown-parameter", "لا يوجد معامل بهذا الاسم", "there is no parameter of this name"),
    ("duplicate-parameter", "المعامل مكرَّر", "the parameter can be given only once"),
    ("invalid-value", "قيمة المعامل غير مقبولة", "the parameter does not take this value"),
];
