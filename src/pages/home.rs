//! The page at `/`.

use crate::http::problem::page::STYLE;

/// Says what this is and where things are, Arabic first. `network` is the operator's own text.
pub fn page(network: &str) -> String {
    let network = network.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        r#"<!doctype html>
<html lang="ar" dir="rtl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>أواصر · Awasir</title>
<style>{STYLE}</style>
</head>
<body>
<section>
<h1>أواصر</h1>
<p>ذاكرة شبكة من الجمعيات والمنظمات: من نحن، ومن زار من، وما الذي اتُّفق عليه، وما الذي تحقّق منه.
هذه واجهة برمجية تعمل عليها تطبيقات الشبكة: <bdi>{network}</bdi>.</p>
<ul>
<li><a href="/docs">توثيق الواجهة البرمجية</a> (<a href="/openapi.json"><code dir="ltr">openapi.json</code></a>)</li>
<li><a href="/problems">معاني رسائل الخطأ</a></li>
<li><a href="/v1/permissions">الأدوار والصلاحيات</a></li>
<li>حالة الخادم: <a href="/livez"><code dir="ltr">/livez</code></a>، <a href="/readyz"><code dir="ltr">/readyz</code></a></li>
</ul>
</section>
<section lang="en" dir="ltr">
<h1>Awasir</h1>
<p>The memory of a network of charities: who we are, who visited whom, what was agreed, and what came of it.
This is the API that the network's applications work on: <bdi>{network}</bdi>.</p>
<ul>
<li><a href="/docs">Documentation of the API</a> (<a href="/openapi.json"><code dir="ltr">openapi.json</code></a>)</li>
<li><a href="/problems">What error messages mean</a></li>
<li><a href="/v1/permissions">Roles and rights</a></li>
<li>Health: <a href="/livez"><code dir="ltr">/livez</code></a>, <a href="/readyz"><code dir="ltr">/readyz</code></a></li>
</ul>
</section>
</body>
</html>
"#
    )
}
